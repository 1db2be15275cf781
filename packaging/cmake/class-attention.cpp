// Attention for a class: many answers over one shared prompt, on a CPU.
//
// llama.cpp computes attention of 2 to 63 rows cell by cell, once for every
// query head, and of 64 rows and more in tiles that know one head each. A step
// of a class is 8 to 32 rows over a thousand shared cells: cell by cell that
// took more time than all weights together. Here a tile takes the query heads
// that share a KV head, of several rows at once, so that 8 rows fill a tile and
// a cell's keys and values are unpacked once for all of them.
//
// Cells that most rows of a group attend to are computed for the group. Cells of
// one answer only (its question, its own words, strewn between those of others)
// are gathered row by row into tiles, so that nobody pays for another's cells.
//
// The CMake file beside this one lets ggml's dispatcher call class_attention;
// what it does not know (other types, ALiBi, soft caps, sinks) goes on to ggml's
// own kernel. Softmax follows https://arxiv.org/abs/2112.05682, as ggml's does.

#include "common.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"
#include "ops.h"
#include "simd-mappings.h"
#include "vec.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

// Not renamed here: this file asks for ggml's own kernel by its name.
extern "C" void class_attention(const ggml_compute_params * params, ggml_tensor * dst);

namespace {

// Cells of a tile, and queries of a group at most: ggml plans scratch for these.
constexpr int TILE = 64;
static_assert(TILE == GGML_FA_TILE_Q && TILE == GGML_FA_TILE_KV);

constexpr int LANES = GGML_F32_EPR;
constexpr uint16_t MASKED = 0xFC00; // minus infinity

// C[RM x n] += A[RM x depth] * B[depth x n], RN vectors of columns at a time.
template <int RM, int RN>
void multiply_rows(float * c, const float * a, const float * b, int depth, int n) {
    for (int col = 0; col < n; col += RN * LANES) {
        GGML_F32_VEC sum[RM][RN];
        for (int i = 0; i < RM; i++) {
            for (int j = 0; j < RN; j++) {
                sum[i][j] = GGML_F32_VEC_LOAD(c + i * n + col + j * LANES);
            }
        }
        for (int d = 0; d < depth; d++) {
            GGML_F32_VEC right[RN];
            for (int j = 0; j < RN; j++) {
                right[j] = GGML_F32_VEC_LOAD(b + d * n + col + j * LANES);
            }
            for (int i = 0; i < RM; i++) {
                const GGML_F32_VEC left = GGML_F32_VEC_SET1(a[i * depth + d]);
                for (int j = 0; j < RN; j++) {
                    sum[i][j] = GGML_F32_VEC_FMA(sum[i][j], right[j], left);
                }
            }
        }
        for (int i = 0; i < RM; i++) {
            for (int j = 0; j < RN; j++) {
                GGML_F32_VEC_STORE(c + i * n + col + j * LANES, sum[i][j]);
            }
        }
    }
}

// C[m x n] += A[m x depth] * B[depth x n]; n is a multiple of four vectors.
void multiply(float * c, const float * a, const float * b, int m, int depth, int n) {
    for (; m >= 4; m -= 4, c += 4 * n, a += 4 * depth) {
        multiply_rows<4, 2>(c, a, b, depth, n);
    }
    switch (m) {
        case 3: multiply_rows<3, 2>(c, a, b, depth, n); break;
        case 2: multiply_rows<2, 4>(c, a, b, depth, n); break;
        case 1: multiply_rows<1, 4>(c, a, b, depth, n); break;
        default: break;
    }
}

float largest(const float * x) {
    float top[8];
    std::copy(x, x + 8, top);
    for (int i = 8; i < TILE; i += 8) {
        for (int j = 0; j < 8; j++) {
            top[j] = x[i + j] > top[j] ? x[i + j] : top[j];
        }
    }
    return *std::max_element(top, top + 8);
}

// The cells of a tile that a row attends to, as bits.
uint64_t attended(const ggml_fp16_t * mask, int cells) {
    constexpr uint64_t FOUR_MASKED = MASKED * 0x0001000100010001u;
    uint64_t bits = 0;
    int i = 0;
    for (; i + 4 <= cells; i += 4) {
        uint64_t four;
        memcpy(&four, mask + i, sizeof(four));
        if (four == FOUR_MASKED) {
            continue;
        }
        for (int j = 0; j < 4; j++) {
            bits |= uint64_t(uint16_t(four >> (16 * j)) != MASKED) << (i + j);
        }
    }
    for (; i < cells; i++) {
        bits |= uint64_t(uint16_t(mask[i]) != MASKED) << i;
    }
    return bits;
}

// Eight rows of eight floats to eight columns: row j lands in column j.
void transpose_8(const float * from, int from_stride, float * to, int to_stride) {
#if defined(__AVX2__)
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i++) {
        a[i] = _mm256_loadu_ps(from + i * from_stride);
    }
    for (int i = 0; i < 8; i += 2) {
        b[i]     = _mm256_unpacklo_ps(a[i], a[i + 1]);
        b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        a[i]     = _mm256_shuffle_ps(b[i], b[i + 2], 0x44);
        a[i + 1] = _mm256_shuffle_ps(b[i], b[i + 2], 0xEE);
        a[i + 2] = _mm256_shuffle_ps(b[i + 1], b[i + 3], 0x44);
        a[i + 3] = _mm256_shuffle_ps(b[i + 1], b[i + 3], 0xEE);
    }
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_ps(to + i * to_stride, _mm256_permute2f128_ps(a[i], a[i + 4], 0x20));
        _mm256_storeu_ps(to + (i + 4) * to_stride, _mm256_permute2f128_ps(a[i], a[i + 4], 0x31));
    }
#else
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            to[i * to_stride + j] = from[j * from_stride + i];
        }
    }
#endif
}

// One thread's scratch, within what ggml plans for its own tiles.
struct Scratch {
    float * query;  // [TILE][key width], scaled
    float * score;  // [TILE][TILE]
    float * sum;    // [TILE][value width]
    float * keys;   // [key width][TILE]
    float * values; // [TILE][value width]
    int * cells;    // [rows][TILE], cells gathered for each row

    Scratch(const ggml_compute_params * params, int dk, int dv) {
        const size_t each = 2 * TILE * (dk + dv) + 2 * TILE * TILE + CACHE_LINE_SIZE_F32;
        query  = static_cast<float *>(params->wdata) + params->ith * each;
        score  = query + TILE * dk;
        cells  = reinterpret_cast<int *>(score + TILE * TILE);
        sum    = score + 2 * TILE * TILE;
        values = sum + TILE * dv;
        keys   = values + TILE * dv;
    }
};

// The queries of some rows against one KV head.
struct Group {
    const ggml_tensor * k;
    const ggml_tensor * v;
    Scratch at;
    int head;  // of K and V
    int heads; // query heads that share it
    int dk;
    int dv;
    float top[TILE];   // largest score of each query so far
    float total[TILE]; // sum of its weights

    // Unpacks cells into the scratch: `gathered`, or those from `first` on.
    void unpack(const int * gathered, int64_t first, int count) {
        alignas(32) float rows[8 * 256];
        for (int c = 0; c < count; c++) {
            const int64_t cell = gathered ? gathered[c] : first + c;
            const char * key   = static_cast<const char *>(k->data) + cell * k->nb[1] + head * k->nb[2];
            const char * value = static_cast<const char *>(v->data) + cell * v->nb[1] + head * v->nb[2];
            ggml_cpu_fp16_to_fp32(reinterpret_cast<const ggml_fp16_t *>(value), at.values + c * dv, dv);
            ggml_cpu_fp16_to_fp32(reinterpret_cast<const ggml_fp16_t *>(key), rows + (c % 8) * dk, dk);
            if (c % 8 == 7 || c + 1 == count) {
                for (int d = 0; d < dk; d += 8) {
                    transpose_8(rows + d, dk, at.keys + d * TILE + (c & ~7), TILE);
                }
            }
        }
        // What is beyond the last cell has weight zero, but zero times rubbish
        // may be no number.
        memset(at.values + count * dv, 0, (TILE - count) * dv * sizeof(float));
    }

    // Adds the unpacked cells to the queries of one row, where `bits` has them.
    void weigh(int row, uint64_t bits) {
        for (int q = row * heads; q < (row + 1) * heads; q++) {
            float * score = at.score + q * TILE;
            if (bits != UINT64_MAX) {
                for (int c = 0; c < TILE; c++) {
                    score[c] = (bits >> c) & 1 ? score[c] : -INFINITY;
                }
            }
            const float high = largest(score);
            if (high > top[q]) {
                const float shrink = expf(top[q] - high);
                ggml_vec_scale_f32(dv, at.sum + q * dv, shrink);
                total[q] *= shrink;
                top[q] = high;
            }
            total[q] += ggml_vec_soft_max_f32(TILE, score, score, top[q]);
        }
    }

    // Attends from rows `from` to `to` to the unpacked cells.
    void attend(int from, int to, const uint64_t * bits) {
        const int first = from * heads;
        const int count = (to - from) * heads;
        float * score   = at.score + first * TILE;
        memset(score, 0, count * TILE * sizeof(float));
        multiply(score, at.query + first * dk, at.keys, count, dk, TILE);
        for (int row = from; row < to; row++) {
            weigh(row, bits[row]);
        }
        multiply(at.sum + first * dv, score, at.values, count, TILE, dv);
    }

    void attend_gathered(int row, int count) {
        if (count == 0) {
            return;
        }
        unpack(at.cells + row * TILE, 0, count);
        uint64_t bits[TILE];
        bits[row] = count == TILE ? UINT64_MAX : (uint64_t(1) << count) - 1;
        attend(row, row + 1, bits);
    }
};

// Attention of the rows `from` to `to` with one KV head.
void attend_rows(const ggml_compute_params * params, ggml_tensor * dst, int head, int64_t from, int64_t to) {
    const ggml_tensor * q    = dst->src[0];
    const ggml_tensor * mask = dst->src[3];
    const int dk    = q->ne[0];
    const int dv    = dst->ne[0];
    const int heads = q->ne[2] / dst->src[1]->ne[2];
    const int rows  = to - from;
    const int64_t n_cells = dst->src[1]->ne[1];
    float scale;
    memcpy(&scale, dst->op_params, sizeof(scale));

    Group group{dst->src[1], dst->src[2], Scratch(params, dk, dv), head, heads, dk, dv, {}, {}};
    for (int i = 0; i < rows * heads; i++) {
        const char * query = static_cast<const char *>(q->data) + (from + i / heads) * q->nb[1]
                           + (head * heads + i % heads) * q->nb[2];
        memcpy(group.at.query + i * dk, query, dk * sizeof(float));
        group.top[i] = -INFINITY;
    }
    ggml_vec_scale_f32(rows * heads * dk, group.at.query, scale);
    memset(group.at.sum, 0, rows * heads * dv * sizeof(float));

    int gathered[TILE] = {};
    uint64_t bits[TILE];
    for (int64_t first = 0; first < n_cells; first += TILE) {
        const int cells = std::min<int64_t>(TILE, n_cells - first);
        int attending = 0;
        for (int row = 0; row < rows; row++) {
            const char * line = static_cast<const char *>(mask->data) + (from + row) * mask->nb[1];
            bits[row] = attended(reinterpret_cast<const ggml_fp16_t *>(line) + first, cells);
            attending += __builtin_popcountll(bits[row]);
        }
        if (attending * 3 >= rows * cells) {
            group.unpack(nullptr, first, cells);
            for (int row = 0, next; row < rows; row = next) {
                for (next = row; next < rows && bits[next] != 0; next++) {}
                group.attend(row, next, bits);
                next = std::max(next, row + 1);
            }
            continue;
        }
        for (int row = 0; row < rows; row++) {
            for (uint64_t left = bits[row]; left != 0; left &= left - 1) {
                group.at.cells[row * TILE + gathered[row]++] = first + __builtin_ctzll(left);
                if (gathered[row] == TILE) {
                    group.attend_gathered(row, TILE);
                    gathered[row] = 0;
                }
            }
        }
    }
    for (int row = 0; row < rows; row++) {
        group.attend_gathered(row, gathered[row]);
    }
    for (int i = 0; i < rows * heads; i++) {
        float * sum = group.at.sum + i * dv;
        ggml_vec_scale_f32(dv, sum, group.total[i] == 0.0f ? 0.0f : 1.0f / group.total[i]);
        char * to_row = static_cast<char *>(dst->data) + (from + i / heads) * dst->nb[2]
                      + (head * heads + i % heads) * dst->nb[1];
        memcpy(to_row, sum, dv * sizeof(float));
    }
}

bool is_known(const ggml_compute_params * params, const ggml_tensor * dst) {
    const ggml_tensor * q    = dst->src[0];
    const ggml_tensor * k    = dst->src[1];
    const ggml_tensor * v    = dst->src[2];
    const ggml_tensor * mask = dst->src[3];
    float bias, cap;
    memcpy(&bias, reinterpret_cast<const float *>(dst->op_params) + 1, sizeof(bias));
    memcpy(&cap, reinterpret_cast<const float *>(dst->op_params) + 2, sizeof(cap));
    return !params->use_ref && q->type == GGML_TYPE_F32 && k->type == GGML_TYPE_F16 && v->type == GGML_TYPE_F16
        // Without ALiBi a mask says yes or no, which `attended` relies on.
        && mask != nullptr && mask->ne[2] == 1 && mask->ne[3] == 1 && bias == 0.0f && cap == 0.0f
        && dst->src[4] == nullptr && q->ne[3] == 1 && k->ne[3] == 1 && k->ne[2] == v->ne[2]
        // ggml splits the cells of a single row where heads are fewer than threads.
        && q->ne[1] * k->ne[2] >= params->nth
        && q->ne[2] / k->ne[2] <= TILE && k->ne[0] % 8 == 0 && k->ne[0] <= 256
        && v->ne[0] % (4 * LANES) == 0;
}

} // namespace

void class_attention(const ggml_compute_params * params, ggml_tensor * dst) {
    if (!is_known(params, dst)) {
        ggml_compute_forward_flash_attn_ext(params, dst);
        return;
    }
    const int64_t n_rows = dst->src[0]->ne[1];
    const int n_heads    = dst->src[1]->ne[2];
    const int heads      = dst->src[0]->ne[2] / n_heads;
    // Groups as large as a tile, but not fewer than there are threads.
    const int64_t share = (n_rows * n_heads + params->nth - 1) / params->nth;
    const int64_t rows  = std::max<int64_t>(1, std::min<int64_t>(TILE / heads, share));
    const int64_t groups = (n_rows + rows - 1) / rows;
    for (int64_t unit = params->ith; unit < groups * n_heads; unit += params->nth) {
        const int64_t from = unit / n_heads * rows;
        attend_rows(params, dst, unit % n_heads, from, std::min(n_rows, from + rows));
    }
}
