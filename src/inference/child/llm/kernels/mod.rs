//! Checks the kernels in `packaging/cmake/` that llama.cpp computes with, through
//! ggml's own graph, against plain arithmetic.

mod attention;
mod multiply;

use std::ptr::{self, NonNull};

use llama_cpp_sys_2::{
    ggml_build_forward_expand, ggml_context, ggml_free, ggml_graph_compute_with_ctx, ggml_init,
    ggml_init_params, ggml_nelements, ggml_new_graph, ggml_new_tensor_3d, ggml_tensor,
};

/// The rounding of a single float, as a part of it.
const UNIT: f64 = f32::EPSILON as f64 / 2.0;

/// Numbers between -1 and 1 that look random; the same for the same seed.
fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The floats that the tensor of `build` comes to.
///
/// # Safety
/// `build` must make a tensor of floats in the context it is given.
unsafe fn compute(
    threads: i32,
    build: impl FnOnce(*mut ggml_context) -> *mut ggml_tensor,
) -> Vec<f32> {
    let params = ggml_init_params {
        mem_size: 64 << 20,
        mem_buffer: ptr::null_mut(),
        no_alloc: false,
    };
    // SAFETY: everything is in the context and copied before it is freed.
    unsafe {
        let context = NonNull::new(ggml_init(params)).expect("memory for a context");
        let at = context.as_ptr();
        let result = build(at);
        let graph = ggml_new_graph(at);
        ggml_build_forward_expand(graph, result);
        ggml_graph_compute_with_ctx(at, graph, threads);
        let mut out = vec![0.0; usize::try_from(ggml_nelements(result)).expect("a size")];
        ptr::copy_nonoverlapping((*result).data.cast(), out.as_mut_ptr(), out.len());
        ggml_free(at);
        out
    }
}

/// A tensor with these contents.
///
/// # Safety
/// `context` must be live, and `values` as many bytes as `sizes` and `of` say.
unsafe fn tensor<T>(
    context: *mut ggml_context,
    of: u32,
    sizes: [usize; 3],
    values: &[T],
) -> *mut ggml_tensor {
    let [a, b, c] = sizes.map(|size| size as i64);
    // SAFETY: as promised by the caller.
    unsafe {
        let made = ggml_new_tensor_3d(context, of, a, b, c);
        ptr::copy_nonoverlapping(values.as_ptr(), (*made).data.cast(), values.len());
        made
    }
}
