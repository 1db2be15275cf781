//! Which SIMD features an engine was built with, out of the line it prints.

/// The features set to 1 in text such as `CPU : SSE3 = 1 | AVX2 = 1 |`.
pub fn features(system_info: &str) -> Vec<String> {
    system_info
        .split(['|', ':'])
        .filter_map(|part| part.split_once('='))
        .filter(|(_, value)| value.trim() == "1")
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !matches!(name.as_str(), "REPACK" | "LLAMAFILE" | "OPENMP"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::features;

    #[test]
    fn reads_features_of_both_engines() {
        let llama = "CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | OPENMP = 1 | REPACK = 1 | ";
        assert_eq!(features(llama), ["SSE3", "AVX2"]);
        let whisper = "WHISPER : COREML = 0 | OPENVINO = 0 | CPU : NEON = 1 | DOTPROD = 1 | ";
        assert_eq!(features(whisper), ["NEON", "DOTPROD"]);
    }
}
