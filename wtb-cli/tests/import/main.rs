//! `wtb import` as its users see it: the program itself, on real and on mistreated databases of the Python system.

mod again;
mod bench;
mod commands;
mod interrupted;
mod invalid_rows;
mod meetings;
mod servers;
mod values;
