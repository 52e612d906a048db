package io.impresario.targets;

/** What {@link TargetGuard} says about a URL, before any name in it has been resolved. */
public sealed interface TargetCheck {

  /** May be stored; a name in it still has to be resolved and its addresses checked. */
  record Accepted(Target target) implements TargetCheck {}

  /** Not an http(s) URL that we can send to; the message says which part is wrong. */
  record Malformed(String message) implements TargetCheck {}

  /** A sound URL that leads to an address that must not be reached. */
  record Refused(String message) implements TargetCheck {}
}
