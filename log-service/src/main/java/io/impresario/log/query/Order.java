package io.impresario.log.query;

/** Which end of the log a page walk starts at. */
enum Order {
  DESC,
  ASC
}
