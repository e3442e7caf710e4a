//! The result of a command that lists: taken item by item, so that large items are in memory one at a time.

use crate::failure::CliResult;
use crate::json_object::JsonObject;
use crate::screen::Screen;
use crate::view::listed::{Line, Listed};
use crate::view::look::Look;
use serde::Serialize;
use std::io::{BufWriter, Stdout};
use wtb_ports::Cursor;

/// A list that is being shown. Nothing appears before its first item, so an error before that leaves stdout empty.
pub(crate) struct ListOutput<'s, T: 'static> {
    screen: &'s Screen,
    listed: &'static Listed<T>,
    form: Form,
}

enum Form {
    /// A document with `items`, begun or not.
    Json(JsonObject<BufWriter<Stdout>>, bool),
    Lines(Box<Look>, Vec<Line>),
}

impl<'s, T: Serialize> ListOutput<'s, T> {
    /// A list without items, which people see as `listed` says.
    pub(crate) fn new(screen: &'s Screen, listed: &'static Listed<T>) -> Self {
        let form = if screen.is_json() {
            Form::Json(Screen::json_object(), false)
        } else {
            Form::Lines(Box::new(screen.look()), Vec::new())
        };
        Self { screen, listed, form }
    }

    /// Shows the next item.
    ///
    /// # Errors
    /// If stdout does not take it.
    pub(crate) fn item(&mut self, item: &T) -> CliResult<()> {
        match &mut self.form {
            Form::Json(object, is_begun) => {
                if !std::mem::replace(is_begun, true) {
                    object.begin_list("items")?;
                }
                object.item(item)?;
            }
            Form::Lines(look, lines) => lines.push(self.listed.line(look, item)),
        }
        Ok(())
    }

    /// Ends the list, which goes on at `next` if it is not the whole.
    ///
    /// # Errors
    /// If stdout does not take it.
    pub(crate) fn end(self, next: Option<Cursor>) -> CliResult<()> {
        match self.form {
            Form::Json(mut object, is_begun) => {
                if !is_begun {
                    object.begin_list("items")?;
                }
                object.end_list()?;
                object.field("next", &next.map(|cursor| cursor.to_string()))?;
                object.end()?;
            }
            Form::Lines(look, lines) => {
                Screen::text(self.listed.draw(&look, lines))?;
                self.screen.more(next);
            }
        }
        Ok(())
    }
}
