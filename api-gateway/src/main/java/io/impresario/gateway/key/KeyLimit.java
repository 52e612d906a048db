package io.impresario.gateway.key;

/**
 * How often one key may call a replica: {@code burst} calls at once, then {@code
 * requestsPerSecond}.
 */
public record KeyLimit(int requestsPerSecond, int burst) {}
