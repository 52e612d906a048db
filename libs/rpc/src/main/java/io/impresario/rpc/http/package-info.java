/**
 * The wire put on Quarkus: verifies the signed identity, reads bodies into requests, wraps answers,
 * renders every failure as an envelope and puts the request id on every response. It decides no
 * status code itself; that is {@link io.impresario.rpc.RpcException}'s business.
 */
@NullMarked
package io.impresario.rpc.http;

import org.jspecify.annotations.NullMarked;
