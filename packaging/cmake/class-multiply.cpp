// Products with Q5_0 and Q8_0 weights for a few rows and more, on AVX2.
//
// llama.cpp unpacks a block of such weights again for every two rows it is
// multiplied with, and has no repacked form of the types for AVX2; models whose
// width is not a multiple of 256 are mostly Q5_0 in files called Q4_K_M, with
// Q8_0 for the words. Here eight rows of weights are unpacked once, interleaved,
// and multiplied with all rows of the step: a register then holds eight results
// and nothing is added across it. Eight rows cost about what two did.
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

// An 8 by 8 transposition of groups of four bytes: register i gets the i-th
// group of every row.
void transpose(__m256i (&rows)[LANES]) {
    __m256i pairs[LANES], fours[LANES];
    for (int i = 0; i < LANES; i += 2) {
        pairs[i]     = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < LANES; i += 4) {
        fours[i]     = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
        fours[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
        fours[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        fours[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
    }
    for (int i = 0; i < LANES / 2; i++) {
        rows[i]     = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20);
        rows[i + 4] = _mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31);
    }
}

// Q5_0: eight registers of four values of each row, from 0 to 31.
struct Fives {
    using Block = block_q5_0;
    static constexpr int BYTES = BLOCK * LANES; // of a block of eight rows
    using Value = int8_t;                       // of the other side

    // What weights without their offset add to a product.
    static int32_t excess(int32_t sum) { return 16 * sum; }

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

    static void store(__m256i * to, const __m256i (&groups)[LANES]) {
        for (int i = 0; i < LANES; i++) {
            _mm256_storeu_si256(to + i, groups[i]);
        }
    }

    // Adds to `whole` what a block of weights gives with N columns.
    template <int N>
    static void multiply(const __m256i * weights, const int8_t * const (&columns)[N], __m256i (&whole)[N]) {
        // Four products of two values up to 31 * 127 fit into 16 bits.
        for (int half = 0; half < 2; half++) {
            __m256i part[N];
            for (int i = half * 4; i < half * 4 + 4; i++) {
                const __m256i left = _mm256_loadu_si256(weights + i);
                for (int j = 0; j < N; j++) {
                    int32_t four;
                    memcpy(&four, columns[j] + i * 4, sizeof(four));
                    const __m256i pairs = _mm256_maddubs_epi16(left, _mm256_set1_epi32(four));
                    part[j] = i == half * 4 ? pairs : _mm256_add_epi16(part[j], pairs);
                }
            }
            for (int j = 0; j < N; j++) {
                whole[j] = _mm256_add_epi32(whole[j], _mm256_madd_epi16(part[j], _mm256_set1_epi16(1)));
            }
        }
    }
};

// Q8_0: sixteen registers of two values of each row, widened to 16 bits; products
// of bytes would not fit.
struct Eights {
    using Block = block_q8_0;
    static constexpr int BYTES = BLOCK * LANES * 2;
    using Value = int16_t;

    static int32_t excess(int32_t) { return 0; }

    static __m256i unpack(const block_q8_0 & block) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(block.qs));
    }

    static void store(__m256i * to, const __m256i (&groups)[LANES]) {
        // A group is of four values, a b c d, of each row: a b, then c d.
        const __m256i order = _mm256_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15,
                                               0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
        for (int i = 0; i < LANES; i++) {
            const __m256i sorted = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(groups[i], order), 0xD8);
            _mm256_storeu_si256(to + 2 * i, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(sorted)));
            _mm256_storeu_si256(to + 2 * i + 1, _mm256_cvtepi8_epi16(_mm256_extracti128_si256(sorted, 1)));
        }
    }

    template <int N>
    static void multiply(const __m256i * weights, const int16_t * const (&columns)[N], __m256i (&whole)[N]) {
        for (int i = 0; i < 2 * LANES; i++) {
            const __m256i left = _mm256_loadu_si256(weights + i);
            for (int j = 0; j < N; j++) {
                int32_t two;
                memcpy(&two, columns[j] + i * 2, sizeof(two));
                whole[j] = _mm256_add_epi32(whole[j], _mm256_madd_epi16(left, _mm256_set1_epi32(two)));
            }
        }
    }
};

// The other side, as products need it.
template <class Type>
struct Columns {
    int64_t blocks = 0;
    std::vector<typename Type::Value> values; // [column][block][32]
    std::vector<float> scales;                // [column][block]
    std::vector<int32_t> excess;              // [column][block]

    void fill(const block_q8_0 * b, int64_t ldb, int64_t n, int64_t k) {
        blocks = k;
        values.resize(n * blocks * BLOCK);
        scales.resize(n * blocks);
        excess.resize(n * blocks);
        for (int64_t at = 0; at < n * blocks; at++) {
            const block_q8_0 & block = b[at / blocks * ldb + at % blocks];
            int32_t sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                sum += block.qs[i];
                values[at * BLOCK + i] = block.qs[i];
            }
            scales[at] = GGML_CPU_FP16_TO_FP32(block.d);
            excess[at] = Type::excess(sum);
        }
    }
};

// Eight rows of weights.
template <class Type>
struct Panel {
    using Block = typename Type::Block;
    std::vector<uint8_t> values; // [block][BYTES]
    std::vector<float> scales;   // [block][row]

    void fill(const Block * a, int64_t lda, int64_t blocks) {
        values.resize(blocks * Type::BYTES);
        scales.resize(blocks * LANES);
        for (int64_t at = 0; at < blocks; at++) {
            __m256i rows[LANES];
            for (int row = 0; row < LANES; row++) {
                const Block & block = a[row * lda + at];
                rows[row] = Type::unpack(block);
                scales[at * LANES + row] = GGML_CPU_FP16_TO_FP32(block.d);
            }
            transpose(rows);
            Type::store(reinterpret_cast<__m256i *>(values.data() + at * Type::BYTES), rows);
        }
    }
};

// Eight rows of weights times N columns.
template <class Type, int N>
void multiply(const Panel<Type> & panel, const Columns<Type> & columns, int64_t first, float * c, int64_t ldc) {
    __m256 sums[N];
    for (int j = 0; j < N; j++) {
        sums[j] = _mm256_setzero_ps();
    }
    for (int64_t at = 0; at < columns.blocks; at++) {
        const typename Type::Value * values[N];
        __m256i whole[N];
        for (int j = 0; j < N; j++) {
            const int64_t block = (first + j) * columns.blocks + at;
            values[j] = columns.values.data() + block * BLOCK;
            whole[j] = _mm256_set1_epi32(-columns.excess[block]);
        }
        Type::template multiply<N>(reinterpret_cast<const __m256i *>(panel.values.data() + at * Type::BYTES), values, whole);
        const __m256 left = _mm256_loadu_ps(panel.scales.data() + at * LANES);
        for (int j = 0; j < N; j++) {
            const __m256 right = _mm256_broadcast_ss(columns.scales.data() + (first + j) * columns.blocks + at);
            sums[j] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole[j]), _mm256_mul_ps(left, right), sums[j]);
        }
    }
    for (int j = 0; j < N; j++) {
        _mm256_storeu_ps(c + (first + j) * ldc, sums[j]);
    }
}

template <class Type>
void multiply_all(const ggml_compute_params * params, int64_t m, int64_t n, int64_t blocks,
                  const void * weights, int64_t lda, const void * b, int64_t ldb, float * c, int64_t ldc) {
    const auto * a = static_cast<const typename Type::Block *>(weights);
    // Of this thread alone, and as large as the largest product so far.
    thread_local Columns<Type> columns;
    thread_local Panel<Type> panel;
    columns.fill(static_cast<const block_q8_0 *>(b), ldb, n, blocks);
    const int64_t panels = m / LANES;
    const int64_t end = panels * (params->ith + 1) / params->nth;
    for (int64_t at = panels * params->ith / params->nth; at < end; at++) {
        panel.fill(a + at * LANES * lda, lda, blocks);
        float * to = c + at * LANES;
        // While this panel is multiplied, the weights of the next come from memory.
        const char * next = reinterpret_cast<const char *>(a + (at + 1) * LANES * lda);
        const int64_t bytes = at + 1 < end ? LANES * lda * static_cast<int64_t>(sizeof(*a)) : 0;
        int64_t col = 0;
        for (; col + COLUMNS <= n; col += COLUMNS) {
            for (int64_t byte = bytes * col / n / 64 * 64; byte < bytes * (col + COLUMNS) / n; byte += 64) {
                _mm_prefetch(next + byte, _MM_HINT_T0);
            }
            multiply<Type, COLUMNS>(panel, columns, col, to, ldc);
        }
        switch (n - col) {
            case 3: multiply<Type, 3>(panel, columns, col, to, ldc); break;
            case 2: multiply<Type, 2>(panel, columns, col, to, ldc); break;
            case 1: multiply<Type, 1>(panel, columns, col, to, ldc); break;
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
    if (b_type == GGML_TYPE_Q8_0 && c_type == GGML_TYPE_F32 && n >= LEAST && m % LANES == 0) {
        float * to = static_cast<float *>(c);
        switch (a_type) {
            case GGML_TYPE_Q5_0: multiply_all<Fives>(params, m, n, k, a, lda, b, ldb, to, ldc); return true;
            case GGML_TYPE_Q8_0: multiply_all<Eights>(params, m, n, k, a, lda, b, ldb, to, ldc); return true;
            default: break;
        }
    }
#endif
    return llamafile_sgemm(params, m, n, k, a, lda, b, ldb, c, ldc, a_type, b_type, c_type);
}
