package io.impresario.local.process;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a service's management port whether it is ready. */
public final class Readiness {
  private Readiness() {}

  public static boolean of(String managementUrl) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create(managementUrl + "/q/health/ready").toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(3_000);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }
}
