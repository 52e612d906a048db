package io.impresario.gateway.front;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.impresario.gateway.call.AuditSubject;
import io.impresario.gateway.call.PublicCall;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.procedure.Procedure;
import io.impresario.gateway.procedure.ProcedureGroup;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.gateway.route.RouteTable;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.Failures;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the input of a procedure of the gateway itself, calls it, and writes its answer. */
@ApplicationScoped
public class OwnProcedures {
  /** Each is a statement or two; a database that takes longer is down. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, Procedure> procedures;
  private final ObjectMapper json;

  /** For the routes outside the envelope: the client's key commands speak camelCase. */
  private final ObjectMapper plainJson;

  private final Recorder recorder;

  @Inject
  public OwnProcedures(
      @Any Instance<ProcedureGroup> groups,
      RouteTable routes,
      ObjectMapper json,
      Recorder recorder) {
    this.procedures = new HashMap<>();
    StreamSupport.stream(groups.spliterator(), false)
        .forEach(group -> procedures.putAll(group.procedures()));
    this.json = json;
    this.plainJson =
        json.copy().setPropertyNamingStrategy(PropertyNamingStrategies.LOWER_CAMEL_CASE);
    this.recorder = recorder;
    List<String> missing =
        routes.all().stream()
            .filter(route -> route.owner() == Owner.GATEWAY)
            .map(Route::path)
            .filter(path -> !procedures.containsKey(path))
            .collect(Collectors.toList());
    if (!missing.isEmpty()) {
      throw new IllegalStateException("routed to the gateway, but not answered by it: " + missing);
    }
  }

  void answer(PublicCall call, Route route) {
    HttpServerRequest request = call.request();
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          call.received(part.length());
          if (call.requestBytes() > route.maxBodyBytes()) {
            call.refuse(RpcException.payloadTooLarge(route.maxBodyBytes()));
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        ignored -> {
          call.bodyEnded();
          if (!call.isOver()) {
            perform(call, route, body.getBytes());
          }
        });
    if (request.headers().contains("expect")) {
      call.response().writeContinue();
    }
    request.resume();
  }

  private void perform(PublicCall call, Route route, byte[] body) {
    AuditSubject subject = new AuditSubject();
    subject.add(Buffer.buffer(body));
    Uni<String> answer =
        Uni.createFrom()
            .deferred(() -> run(call, route, body))
            .runSubscriptionOn(OwnProcedures::isolated)
            .ifNoItem()
            .after(TIMEOUT)
            .failWith(() -> RpcException.unavailable("The database is not available", TIMEOUT));
    call.when(
        answer,
        text -> call.after(recorder.audit(call, route, subject, 200), () -> call.answer(text)),
        failure -> {
          RpcException error = Failures.translate(failure, call.requestId());
          call.after(
              recorder.audit(call, route, subject, error.status()), () -> call.refuse(error));
        });
  }

  /** Hibernate keeps its session in the context, so each call has one of its own. */
  private static void isolated(Runnable procedure) {
    Context context = VertxContext.createNewDuplicatedContext();
    VertxContextSafetyToggle.setContextSafe(context, true);
    context.runOnContext(ignored -> procedure.run());
  }

  private Uni<String> run(PublicCall call, Route route, byte[] body) {
    Procedure procedure = procedures.get(route.path());
    if (procedure == null) {
      throw new IllegalStateException("no procedure for " + route.path());
    }
    boolean plain = route.answer() == Answer.PLAIN;
    Input input = plain ? Input.ofPlainBody(body) : Input.ofBody(body);
    return procedure
        .call(new Procedure.Call(call.caller(), input))
        .map(
            answer -> {
              warn(call, input);
              return plain ? write(plainJson, answer) : write(json, new Envelope(answer));
            });
  }

  private static void warn(PublicCall call, Input input) {
    List<String> warnings = input.warnings();
    if (!warnings.isEmpty() && !call.response().headWritten()) {
      call.response().putHeader("x-impresario-warnings", String.join("; ", warnings));
    }
  }

  private static String write(ObjectMapper mapper, @Nullable Object answer) {
    try {
      return mapper.writeValueAsString(answer);
    } catch (JsonProcessingException bug) {
      throw new IllegalStateException(bug);
    }
  }
}
