package io.impresario.callback.sending;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/**
 * Turns a host name into its addresses; fails when there are none, with {@link
 * NoNameServerException} when no name server answers.
 */
public interface AddressLookup {

  Future<List<InetAddress>> addressesOf(String host);
}
