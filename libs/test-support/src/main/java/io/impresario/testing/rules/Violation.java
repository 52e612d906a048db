package io.impresario.testing.rules;

/**
 * Where a rule is broken.
 *
 * @param subject what an exception would name: a simple class name, a package or a log event
 */
record Violation(Rule rule, String subject, String detail) {
  boolean is(Rule other, String otherSubject) {
    return rule == other && subject.equals(otherSubject);
  }

  @Override
  public String toString() {
    return subject + " " + detail;
  }
}
