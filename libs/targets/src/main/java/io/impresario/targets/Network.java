package io.impresario.targets;

import java.net.InetAddress;

/** A block of addresses in CIDR notation, such as {@code 10.0.0.0/8} or {@code fc00::/7}. */
public record Network(InetAddress base, int prefix) {

  public Network {
    if (prefix < 0 || prefix > base.getAddress().length * 8) {
      throw new IllegalArgumentException("prefix length " + prefix + " does not fit " + base);
    }
  }

  /** Reads {@code address/prefix}; an address alone is a block of one. */
  public static Network parse(String text) {
    String cidr = text.strip();
    int slash = cidr.indexOf('/');
    String address = slash < 0 ? cidr : cidr.substring(0, slash);
    InetAddress base =
        IpLiteral.network(address)
            .orElseThrow(() -> new IllegalArgumentException("not a network: '" + text + "'"));
    int bits = base.getAddress().length * 8;
    try {
      return new Network(base, slash < 0 ? bits : Integer.parseInt(cidr.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a network: '" + text + "'", e);
    }
  }

  public boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return base.getHostAddress() + "/" + prefix;
  }
}
