// Memory that is not touched before it is needed.
//
// llama.cpp writes zeros over the whole key-value pool and its results when a
// context is made, and from then on all of it is resident. Fresh pages of an
// anonymous mapping are zero anyway, so clearing gives them back instead.
//
// Most rows of a word table are never looked up, yet reading a model puts all
// of them into memory: a fifth of a small model. Where the table is not also the
// output matrix, it is mapped from the file once the model is loaded.
//
// The CMake file beside this one lets llama.cpp call class_clear, and calls its
// own loader class_load.

#include "ggml-backend.h"
#include "gguf.h"
#include "llama-model.h"

#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" void class_clear(ggml_backend_buffer_t buffer, uint8_t value);
extern "C" llama_model * class_load(const char * path, llama_model_params params);

namespace {

// Below this, clearing is cheaper than asking the system.
constexpr size_t LEAST = 1 << 20;

bool is_anonymous(ggml_backend_buffer_t buffer) {
    return ggml_backend_buffer_get_type(buffer) == ggml_backend_cpu_buffer_type();
}

// Gives the whole pages among these bytes back; true when there were any.
// They are zero when they are next looked at.
bool give_back(char * from, size_t bytes, char ** begin, char ** end) {
    const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const uintptr_t first = reinterpret_cast<uintptr_t>(from);
    *begin = reinterpret_cast<char *>((first + page - 1) / page * page);
    *end = reinterpret_cast<char *>((first + bytes) / page * page);
    return *begin < *end && madvise(*begin, *end - *begin, MADV_DONTNEED) == 0;
}

// Where the word table is in a file; no bytes when it is not there.
struct Table {
    size_t offset = 0;
    size_t bytes = 0;

    Table() = default;

    explicit Table(const char * path) {
        gguf_context * head = gguf_init_from_file(path, { /*no_alloc =*/ true, /*ctx =*/ nullptr });
        if (head == nullptr) {
            return;
        }
        const int64_t at = gguf_find_tensor(head, "token_embd.weight");
        if (at >= 0) {
            offset = gguf_get_data_offset(head) + gguf_get_tensor_offset(head, at);
            bytes = gguf_get_tensor_size(head, at);
        }
        gguf_free(head);
    }
};

// Lets rows of the table come from the file when they are looked up. The mapping
// stays until the process ends, as the model does.
void map_table(llama_model * model, const char * path, const Table & table) {
    ggml_tensor * words = model->tok_embd;
    if (words == nullptr || model->output == nullptr || table.bytes < LEAST) {
        return;
    }
    const bool also_output = words == model->output || words->data == model->output->data;
    if (also_output || table.bytes != ggml_nbytes(words) || !is_anonymous(words->buffer)) {
        return;
    }
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    const size_t before = table.offset % static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void * mapped = mmap(nullptr, before + table.bytes, PROT_READ, MAP_PRIVATE, file,
                         static_cast<off_t>(table.offset - before));
    close(file);
    if (mapped == MAP_FAILED) {
        return;
    }
    char * rows = static_cast<char *>(mapped) + before;
    const size_t row = words->nb[1];
    const size_t last = table.bytes - row;
    char * read = static_cast<char *>(words->data);
    // A look at both ends, so that another file under this name is not taken.
    if (memcmp(rows, read, row) != 0 || memcmp(rows + last, read + last, row) != 0) {
        munmap(mapped, before + table.bytes);
        return;
    }
    // Neighbours of a word are no likelier than others.
    madvise(mapped, before + table.bytes, MADV_RANDOM);
    words->data = rows;
    char *begin, *end;
    give_back(read, table.bytes, &begin, &end);
}

} // namespace

void class_clear(ggml_backend_buffer_t buffer, uint8_t value) {
    const size_t bytes = ggml_backend_buffer_get_size(buffer);
    if (value == 0 && bytes >= LEAST && is_anonymous(buffer)) {
        char * from = static_cast<char *>(ggml_backend_buffer_get_base(buffer));
        char *begin, *end;
        if (give_back(from, bytes, &begin, &end)) {
            memset(from, 0, begin - from);
            memset(end, 0, from + bytes - end);
            return;
        }
    }
    ggml_backend_buffer_clear(buffer, value);
}

extern "C" llama_model * llama_load_model_from_file(const char * path, llama_model_params params) {
    const bool read = params.load_mode == LLAMA_LOAD_MODE_NONE;
    // Before the weights come: what the head took is free again by then.
    const Table table = read ? Table(path) : Table();
    llama_model * model = class_load(path, params);
    if (model != nullptr && read) {
        map_table(model, path, table);
    }
    return model;
}
