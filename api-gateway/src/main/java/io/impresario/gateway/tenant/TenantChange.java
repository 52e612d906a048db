package io.impresario.gateway.tenant;

import org.jspecify.annotations.Nullable;

/** New settings of a tenant; null leaves one as it is. */
record TenantChange(
    @Nullable Boolean codeSharingEnabled,
    @Nullable Boolean disableJobFailureNotifications,
    @Nullable String debugNotificationEmail,
    boolean noEmail) {

  boolean isNone() {
    return codeSharingEnabled == null
        && disableJobFailureNotifications == null
        && debugNotificationEmail == null
        && !noEmail;
  }
}
