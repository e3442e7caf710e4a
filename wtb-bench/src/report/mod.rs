//! What is told about measurements: tables for people, and the page of the repository.

mod contests_page;
mod lines_plot;
mod number;
mod page;
mod ratios_plot;
mod svg;
mod table;

pub(crate) use contests_page::contests_page;
pub(crate) use lines_plot::{Panel, Series, lines_plot};
pub(crate) use number::{number, thousands};
pub(crate) use page::{Part, write};
pub(crate) use ratios_plot::ratios_plot;
pub(crate) use table::{below, ratios};
