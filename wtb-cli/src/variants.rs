//! Which variants an execution ran with, read from its state.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use wtb_domain::{Json, NodeVariantId};
use wtb_ports::{StoreResult, UnitOfWork};

/// The parts of a state that tell about variants; older systems write the first field, newer ones the others.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Variables {
    #[serde(rename = "_variants")]
    variants: BTreeMap<String, String>,
    #[serde(rename = "_variant_config")]
    variant_config: BTreeMap<String, String>,
    #[serde(rename = "_variant_name")]
    variant_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct State {
    workflow_variables: Variables,
}

/// Which variant stood in for a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VariantChoice {
    pub(crate) node: String,
    /// What the state of the execution calls the variant: its id, or in newer systems its name.
    pub(crate) variant: String,
    /// The name of the variant, if it is stored.
    pub(crate) name: Option<String>,
}

/// The variants of one execution: for each replaced node what the state calls its variant.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VariantSet {
    by_node: BTreeMap<String, String>,
    name: Option<String>,
}

impl VariantSet {
    /// The variants that `state` tells of; none if it has another shape.
    pub(crate) fn of_state(state: &Json) -> Self {
        let Variables { variants, variant_config, variant_name } =
            state.parse::<State>().unwrap_or_default().workflow_variables;
        let by_node = if variants.is_empty() { variant_config } else { variants };
        Self { by_node, name: variant_name }
    }

    /// The same with the names that `names` knows.
    pub(crate) fn choices(&self, names: &VariantNames) -> Vec<VariantChoice> {
        let choice = |(node, variant): (&String, &String)| VariantChoice {
            node: node.clone(),
            variant: variant.clone(),
            name: names.0.get(variant).cloned().flatten(),
        };
        self.by_node.iter().map(choice).collect()
    }

    /// What people call it: `retrieve=bm25`, or `original` when nothing was replaced.
    pub(crate) fn label(&self, names: &VariantNames) -> String {
        if self.by_node.is_empty() {
            return self.name.clone().unwrap_or_else(|| "original".to_owned());
        }
        let choices = self.choices(names);
        let labels = choices.iter().map(|choice| format!("{}={}", choice.node, choice.shown()));
        labels.collect::<Vec<_>>().join(", ")
    }
}

impl VariantChoice {
    /// What people call the variant.
    pub(crate) fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.variant)
    }
}

/// The names of stored variants by their ids; none for what is no id of one.
#[derive(Debug, Default)]
pub(crate) struct VariantNames(HashMap<String, Option<String>>);

impl VariantNames {
    /// Learns the names of the variants in `set` that are not known yet.
    ///
    /// # Errors
    /// What the store answers.
    pub(crate) async fn learn(&mut self, unit: &mut dyn UnitOfWork, set: &VariantSet) -> StoreResult<()> {
        let unknown: Vec<_> =
            set.by_node.values().filter(|variant| !self.0.contains_key(*variant)).cloned().collect();
        for variant in unknown {
            // One by one: each comes with its definition.
            let name = match NodeVariantId::new(variant.as_str()) {
                Ok(id) => unit.node_variants().get_by_id(&id).await?.map(|found| found.name),
                // What is no id is remembered too.
                Err(_) => None,
            };
            self.0.insert(variant, name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> VariantNames {
        VariantNames(HashMap::from([("a304".to_owned(), Some("bm25".to_owned()))]))
    }

    fn label(state: &str) -> String {
        VariantSet::of_state(&Json::new(state)).label(&names())
    }

    #[test]
    fn variants_of_older_states_are_shown_by_their_names() {
        let state = r#"{"workflow_variables": {"query": 1e400, "_variants": {"retrieve": "a304"}}, "x": []}"#;
        assert_eq!(label(state), "retrieve=bm25");
    }

    #[test]
    fn variants_of_newer_states_are_names_already() {
        let state =
            r#"{"workflow_variables": {"_variant_config": {"b": "two", "a": "one"}, "_variant_name": "v"}}"#;
        assert_eq!(label(state), "a=one, b=two");
        assert_eq!(label(r#"{"workflow_variables": {"_variant_name": "fast"}}"#), "fast");
    }

    #[test]
    fn states_without_variants_are_original() {
        for state in ["{}", "[]", "null", r#"{"workflow_variables": 7}"#, r#"{"workflow_variables": {}}"#] {
            assert_eq!(label(state), "original", "{state}");
        }
    }
}
