/**
 * The job service: deployments, workflows, credentials and jobs. This package itself holds only
 * what every feature of the service is given, such as the clock; each feature is a package below
 * it.
 */
@NullMarked
package io.impresario.job;

import org.jspecify.annotations.NullMarked;
