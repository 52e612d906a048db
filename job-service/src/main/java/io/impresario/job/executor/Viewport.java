package io.impresario.job.executor;

/** The size of the page in CSS pixels. */
public record Viewport(int width, int height) {}
