//! CTranslate2's container (version 6): an index of named, typed tensors.
//!
//! Little-endian. Version, specification name and revision, the variables
//! (name, rank, dimensions, type, byte length, bytes), then aliases, which no
//! Whisper model needs here.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::input::Input;

const VERSION: u32 = 6;
const F32: u8 = 0;
const I16: u8 = 2;
const F16: u8 = 4;

/// An opened container; tensors are read on demand.
pub struct Container {
    pub input: Input,
    variables: BTreeMap<String, Variable>,
}

/// Where a tensor lies and what it holds.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Outermost dimension first.
    pub shape: Vec<u32>,
    kind: u8,
    /// Its bytes in the file.
    pub place: Range<u64>,
}

impl Container {
    /// Reads the index and checks that it speaks of `spec`.
    pub fn open(path: &Path, spec: &str) -> anyhow::Result<Self> {
        let mut input = Input::open(path)?;
        let version = input.u32()?;
        ensure!(
            version == VERSION,
            "container version {version}, expected {VERSION}"
        );
        let found = input.name()?;
        ensure!(
            found == spec,
            "the container holds a {found:?}, expected {spec:?}"
        );
        let _revision = input.u32()?;
        let count = input.u32()?;
        let mut variables = BTreeMap::new();
        for _ in 0..count {
            let name = input.name()?;
            let rank = input.u8()?;
            let mut shape = Vec::with_capacity(rank.into());
            for _ in 0..rank {
                shape.push(input.u32()?);
            }
            let kind = input.u8()?;
            let bytes = input.u32()?;
            let place = input.skip(bytes.into())?;
            variables.insert(name, Variable { shape, kind, place });
        }
        Ok(Self { input, variables })
    }

    /// Whether there is a variable of this name.
    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The f16 tensor `name`, whose length fits its shape.
    pub fn f16(&self, name: &str) -> anyhow::Result<Variable> {
        let variable = self.get(name)?;
        if variable.kind == F32 {
            bail!("{name} is f32; only float16 containers are converted");
        }
        ensure!(variable.kind == F16, "{name} is not f16");
        let elements = variable
            .shape
            .iter()
            .try_fold(2u64, |n, &d| n.checked_mul(d.into()))
            .with_context(|| format!("{name} is too large"))?;
        let bytes = variable.place.end - variable.place.start;
        ensure!(
            elements == bytes,
            "{name} has {bytes} bytes for {:?}",
            variable.shape
        );
        Ok(variable.clone())
    }

    /// The single number `name`.
    pub fn number(&mut self, name: &str) -> anyhow::Result<u32> {
        let variable = self.get(name)?.clone();
        ensure!(
            variable.kind == I16 && variable.shape.is_empty(),
            "{name} is no number"
        );
        self.input.seek(&variable.place)?;
        Ok(self.input.u16()?.into())
    }

    fn get(&self, name: &str) -> anyhow::Result<&Variable> {
        self.variables
            .get(name)
            .with_context(|| format!("{name} is missing"))
    }
}

impl Variable {
    /// The rows `rows` of a tensor whose rows are its outermost dimension.
    pub fn rows(&self, rows: Range<u32>) -> anyhow::Result<Self> {
        let total = *self.shape.first().context("a scalar has no rows")?;
        ensure!(
            rows.start <= rows.end && rows.end <= total,
            "rows {rows:?} of {total}"
        );
        let bytes = (self.place.end - self.place.start) / u64::from(total.max(1));
        let mut shape = self.shape.clone();
        shape[0] = rows.end - rows.start;
        let start = self.place.start;
        Ok(Self {
            shape,
            kind: self.kind,
            place: start + bytes * u64::from(rows.start)..start + bytes * u64::from(rows.end),
        })
    }
}
