//! Values: read back bit for bit, or refused alike by every store.
