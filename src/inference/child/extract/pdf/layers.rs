//! Layers of a document that are not shown until somebody asks for them.

use std::collections::HashSet;

use pdf_extract::{Dictionary, Document, Object, ObjectId};

use super::fonts::{array, dictionary, get};

/// The layers that are switched off when the document is opened.
#[derive(Default)]
pub struct Layers {
    off: HashSet<ObjectId>,
}

impl Layers {
    /// Reads which layers the catalog switches off.
    pub fn of(doc: &Document) -> Self {
        let off = || {
            let layers = get(doc, doc.catalog().ok()?, b"OCProperties")?
                .as_dict()
                .ok()?;
            let shown = get(doc, layers, b"D")?.as_dict().ok()?;
            array(doc, shown, b"OFF")
        };
        let off = off().into_iter().flatten();
        Self {
            off: off.filter_map(|layer| layer.as_reference().ok()).collect(),
        }
    }

    /// Whether content marked with a name of the resources is not shown.
    pub fn hides(&self, doc: &Document, resources: &Dictionary, name: &[u8]) -> bool {
        let layer = || {
            let all = get(doc, resources, b"Properties")?.as_dict().ok()?;
            all.get(name).ok()
        };
        layer().is_some_and(|layer| self.is_off(doc, layer))
    }

    /// Whether a form belongs to a layer that is not shown.
    pub fn owns(&self, doc: &Document, form: &Dictionary) -> bool {
        form.get(b"OC").is_ok_and(|layer| self.is_off(doc, layer))
    }

    fn is_off(&self, doc: &Document, layer: &Object) -> bool {
        let direct = |layer: &Object| {
            let id = layer.as_reference();
            id.is_ok_and(|id| self.off.contains(&id))
        };
        if self.off.is_empty() || direct(layer) {
            return !self.off.is_empty();
        }
        // A group of layers, shown when any of them is.
        let members = dictionary(doc, layer).and_then(|group| group.get(b"OCGs").ok());
        match members {
            Some(Object::Array(layers)) => !layers.is_empty() && layers.iter().all(direct),
            Some(layer) => direct(layer),
            None => false,
        }
    }
}
