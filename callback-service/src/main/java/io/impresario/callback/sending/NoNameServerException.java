package io.impresario.callback.sending;

/** No name server answers, so nothing is known about the name. */
final class NoNameServerException extends Exception {

  NoNameServerException() {
    super("no name server answers");
  }
}
