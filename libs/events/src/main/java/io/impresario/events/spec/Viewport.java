package io.impresario.events.spec;

/** The size of the browser's page, in CSS pixels. */
public record Viewport(int width, int height) {}
