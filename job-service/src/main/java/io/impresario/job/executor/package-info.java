/**
 * Runs one workflow in a process of its own and builds uploaded sources, through the Node program
 * in {@code job-service/executor}. This package starts, watches and ends that program and speaks
 * its protocol; it decides nothing about jobs, reads no table and sends no event.
 */
@NullMarked
package io.impresario.job.executor;

import org.jspecify.annotations.NullMarked;
