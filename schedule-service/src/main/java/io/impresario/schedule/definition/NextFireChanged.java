package io.impresario.schedule.definition;

/** Some schedule may now be due earlier than any was before; sent after the commit. */
public record NextFireChanged() {}
