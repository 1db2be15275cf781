// Products with Q5_0 weights for a few rows and more, on AVX2.
//
// llama.cpp unpacks a block of Q5_0 weights again for every two rows it is
// multiplied with, and has no repacked form of the type; models whose width is
// not a multiple of 256 are mostly Q5_0 in files called Q4_K_M. Here eight rows
// of weights are unpacked once, interleaved in fours, and multiplied with all
// rows of the step: a register then holds eight results and nothing is added
// across it. Eight rows cost about what two did.
//
// The CMake file beside this one lets ggml's dispatcher call class_sgemm; all
// other types and single rows go on to llamafile's kernel.

#include "ggml-cpu-impl.h"
#include "ggml-impl.h"
#include "ggml-quants.h"
#include "llamafile/sgemm.h"
#include "simd-mappings.h"

#include <cstring>
#include <vector>

extern "C" bool class_sgemm(const ggml_compute_params * params, int64_t m, int64_t n, int64_t k,
                            const void * a, int64_t lda, const void * b, int64_t ldb,
                            void * c, int64_t ldc, int a_type, int b_type, int c_type);

#if defined(__AVX2__) && defined(__F16C__)

namespace {

constexpr int LANES = 8;  // rows of weights side by side
constexpr int BLOCK = 32; // values that share a scale
constexpr int COLUMNS = 4;
constexpr int LEAST = 4;  // fewer do not pay for the unpacking
static_assert(QK5_0 == BLOCK && QK8_0 == BLOCK);

// What the products need of the other side, besides its numbers.
struct Columns {
    std::vector<float> scales;   // [column][block]
    std::vector<int32_t> excess; // [column][block], what weights without their offset add

    void fill(const block_q8_0 * b, int64_t ldb, int64_t n, int64_t blocks) {
        scales.resize(n * blocks);
        excess.resize(n * blocks);
        for (int64_t col = 0; col < n; col++) {
            for (int64_t at = 0; at < blocks; at++) {
                const block_q8_0 & block = b[col * ldb + at];
                int32_t sum = 0;
                for (int i = 0; i < BLOCK; i++) {
                    sum += block.qs[i];
                }
                scales[col * blocks + at] = GGML_CPU_FP16_TO_FP32(block.d);
                excess[col * blocks + at] = 16 * sum;
            }
        }
    }
};

// Eight rows of weights: for each block eight registers of four values of each
// row, from 0 to 31, and a register of scales.
struct Panel {
    std::vector<uint8_t> values; // [block][8][row][4]
    std::vector<float> scales;   // [block][row]

    // The values of a block in order: the low halves of its bytes, the high ones,
    // and a fifth bit from `qh`.
    static __m256i unpack(const block_q5_0 & block) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(block.qs));
        const __m256i halves = _mm256_and_si256(
            _mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
        uint32_t fifth;
        memcpy(&fifth, block.qh, sizeof(fifth));
        const __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(fifth)),
            _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
        const __m256i bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
        const __m256i is_set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
        return _mm256_or_si256(halves, _mm256_and_si256(is_set, _mm256_set1_epi8(16)));
    }

    void fill(const block_q5_0 * a, int64_t lda, int64_t blocks) {
        values.resize(blocks * BLOCK * LANES);
        scales.resize(blocks * LANES);
        for (int64_t at = 0; at < blocks; at++) {
            __m256i rows[LANES], pairs[LANES];
            for (int row = 0; row < LANES; row++) {
                const block_q5_0 & block = a[row * lda + at];
                rows[row] = unpack(block);
                scales[at * LANES + row] = GGML_CPU_FP16_TO_FP32(block.d);
            }
            // An 8 by 8 transposition of groups of four values.
            for (int i = 0; i < LANES; i += 2) {
                pairs[i]     = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
                pairs[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
            }
            for (int i = 0; i < LANES; i += 4) {
                rows[i]     = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
                rows[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
                rows[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
                rows[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
            }
            __m256i * to = reinterpret_cast<__m256i *>(values.data() + at * BLOCK * LANES);
            for (int i = 0; i < 4; i++) {
                _mm256_storeu_si256(to + i, _mm256_permute2x128_si256(rows[i], rows[i + 4], 0x20));
                _mm256_storeu_si256(to + i + 4, _mm256_permute2x128_si256(rows[i], rows[i + 4], 0x31));
            }
        }
    }
};

// Eight rows of weights times N columns.
template <int N>
void multiply(const Panel & panel, const Columns & columns, const block_q8_0 * b, int64_t ldb,
              int64_t first, int64_t blocks, float * c, int64_t ldc) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256 sums[N];
    for (int j = 0; j < N; j++) {
        sums[j] = _mm256_setzero_ps();
    }
    for (int64_t at = 0; at < blocks; at++) {
        const __m256i * weights = reinterpret_cast<const __m256i *>(panel.values.data() + at * BLOCK * LANES);
        __m256i whole[N];
        for (int j = 0; j < N; j++) {
            const int32_t * excess = columns.excess.data() + (first + j) * blocks + at;
            whole[j] = _mm256_sub_epi32(_mm256_setzero_si256(), _mm256_set1_epi32(*excess));
        }
        // Four products of two values up to 31 * 127 fit into 16 bits.
        for (int half = 0; half < 2; half++) {
            __m256i part[N];
            for (int i = half * 4; i < half * 4 + 4; i++) {
                const __m256i left = _mm256_loadu_si256(weights + i);
                for (int j = 0; j < N; j++) {
                    int32_t four;
                    memcpy(&four, b[(first + j) * ldb + at].qs + i * 4, sizeof(four));
                    const __m256i pairs = _mm256_maddubs_epi16(left, _mm256_set1_epi32(four));
                    part[j] = i == half * 4 ? pairs : _mm256_add_epi16(part[j], pairs);
                }
            }
            for (int j = 0; j < N; j++) {
                whole[j] = _mm256_add_epi32(whole[j], _mm256_madd_epi16(part[j], ones));
            }
        }
        const __m256 left = _mm256_loadu_ps(panel.scales.data() + at * LANES);
        for (int j = 0; j < N; j++) {
            const __m256 right = _mm256_broadcast_ss(columns.scales.data() + (first + j) * blocks + at);
            sums[j] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole[j]), _mm256_mul_ps(left, right), sums[j]);
        }
    }
    for (int j = 0; j < N; j++) {
        _mm256_storeu_ps(c + (first + j) * ldc, sums[j]);
    }
}

void multiply_all(const ggml_compute_params * params, int64_t m, int64_t n, int64_t blocks,
                  const block_q5_0 * a, int64_t lda, const block_q8_0 * b, int64_t ldb, float * c, int64_t ldc) {
    // Of this thread alone, and as large as the largest product so far.
    thread_local Columns columns;
    thread_local Panel panel;
    columns.fill(b, ldb, n, blocks);
    const int64_t panels = m / LANES;
    const int64_t end = panels * (params->ith + 1) / params->nth;
    for (int64_t at = panels * params->ith / params->nth; at < end; at++) {
        panel.fill(a + at * LANES * lda, lda, blocks);
        float * to = c + at * LANES;
        int64_t col = 0;
        for (; col + COLUMNS <= n; col += COLUMNS) {
            multiply<COLUMNS>(panel, columns, b, ldb, col, blocks, to, ldc);
        }
        switch (n - col) {
            case 3: multiply<3>(panel, columns, b, ldb, col, blocks, to, ldc); break;
            case 2: multiply<2>(panel, columns, b, ldb, col, blocks, to, ldc); break;
            case 1: multiply<1>(panel, columns, b, ldb, col, blocks, to, ldc); break;
            default: break;
        }
    }
}

} // namespace

#endif

bool class_sgemm(const ggml_compute_params * params, int64_t m, int64_t n, int64_t k,
                 const void * a, int64_t lda, const void * b, int64_t ldb,
                 void * c, int64_t ldc, int a_type, int b_type, int c_type) {
#if defined(__AVX2__) && defined(__F16C__)
    if (a_type == GGML_TYPE_Q5_0 && b_type == GGML_TYPE_Q8_0 && c_type == GGML_TYPE_F32
        && n >= LEAST && m % LANES == 0) {
        multiply_all(params, m, n, k, static_cast<const block_q5_0 *>(a), lda,
                     static_cast<const block_q8_0 *>(b), ldb, static_cast<float *>(c), ldc);
        return true;
    }
#endif
    return llamafile_sgemm(params, m, n, k, a, lda, b, ldb, c, ldc, a_type, b_type, c_type);
}
