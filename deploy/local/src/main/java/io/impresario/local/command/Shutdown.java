package io.impresario.local.command;

import io.impresario.local.stack.Stack;
import io.impresario.local.terminal.Console;
import java.io.IOException;

/** Ends the stack when this JVM ends: after Ctrl-C, SIGTERM, a closed terminal, a failure. */
public final class Shutdown {
  private Shutdown() {}

  public static void stopAtExit(Stack stack, Console console) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, console), "stop-stack"));
  }

  private static void stop(Stack stack, Console console) {
    try {
      if (stack.stop()) {
        console.say("everything is stopped");
      }
    } catch (IOException e) {
      System.err.println("impresario: stopping: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
