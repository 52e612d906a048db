package io.impresario.rpc.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.impresario.rpc.Caller;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.RpcException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EnvelopeOnQuarkusTest {
  private static final UUID TENANT = UUID.fromString("0197fe50-0000-7000-8000-000000000001");
  private final IdentityToken tokens =
      new IdentityToken("a secret of the tests, 32 characters", Clock.systemUTC());

  @Test
  void wrapsAnAnswerAndKeepsNumbersVerbatim() {
    String body =
        """
        {"json":{"name":"n","params":{"big":123456789012345678901234567890, "exact":1.10, "e":1E400}}}\
        """;
    String answer = post("say", body).statusCode(200).extract().asString();
    org.assertj.core.api.Assertions.assertThat(answer)
        .isEqualTo(
            "{\"json\":{\"name\":\"n\",\"params\":{\"big\":123456789012345678901234567890,"
                + " \"exact\":1.10, \"e\":1E400},\"note\":null,\"at\":\"1970-01-01T00:00:00.000Z\","
                + "\"tenant_id\":\""
                + TENANT
                + "\"}}");
  }

  @Test
  void putsTheRequestIdAndWarningsOnTheResponse() {
    given(caller())
        .header("x-request-id", "abc-1")
        .body("{\"json\":{\"name\":\"n\",\"nmae\":1,\"parms\":{}}}")
        .post("/v1/echo/say")
        .then()
        .statusCode(200)
        .header("x-request-id", "abc-1")
        .header(
            "x-impresario-warnings",
            "unknown field 'nmae', did you mean 'name'?; unknown field 'parms', did you mean"
                + " 'params'?");
    given(caller())
        .header("x-request-id", "not sane {}")
        .post("/v1/echo/nothing")
        .then()
        .header("x-request-id", matchesPattern("[0-9a-f-]{36}"));
  }

  @Test
  void takesNoBodyAndAnEmptyOneAsNoInput() {
    post("nothing", "").statusCode(200).body("json", nullValue());
    post("nothing", "{}").statusCode(200).body("$", hasKey("json"));
  }

  @Test
  void answersInItsOneFormWhateverIsAccepted() {
    for (String accepted : List.of("text/html", "image/png", "nonsense")) {
      given(caller())
          .accept(accepted)
          .post("/v1/echo/nothing")
          .then()
          .statusCode(200)
          .contentType("application/json");
    }
  }

  @Test
  void rendersEachFailureAsAnEnvelope() {
    isError(post("say", "{\"json\":{}}"), 400, "BAD_REQUEST", "Input validation failed")
        .body("json.data.issues[0].received", equalTo("undefined"));
    isError(post("say", "{\"json\":"), 400, "BAD_REQUEST", RpcException.MALFORMED_MESSAGE)
        .body("json", not(hasKey("data")));
    isError(post("bug", "{}"), 500, "INTERNAL_SERVER_ERROR", "Internal server error");
    isError(post("down", "{}"), 503, "SERVICE_UNAVAILABLE", "The database is not available")
        .header("Retry-After", "2");
    isError(post("taken", "{}"), 409, "CONFLICT", "It is taken")
        .body("json.data.reason", equalTo("taken"));
  }

  @Test
  void answersWhatNoResourceTakes() {
    isError(post("missing", "{}"), 404, "NOT_FOUND", "No such procedure");
    isError(given(caller()).post("/elsewhere").then(), 404, "NOT_FOUND", "No such procedure");
    isError(
            given(caller()).get("/v1/echo/say").then(),
            405,
            "METHOD_NOT_SUPPORTED",
            "This path is called with POST")
        .header("Allow", "POST");
    isError(
        given()
            .header(IdentityToken.HEADER, token())
            .contentType("text/plain")
            .body("{}")
            .post("/v1/echo/say")
            .then(),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "The content type must be application/json");
  }

  @Test
  void refusesACallerWithoutAnIdentity() {
    isError(
        given().contentType("application/json").body("{}").post("/v1/echo/say").then(),
        401,
        "UNAUTHORIZED",
        "A valid API key is required");
    isError(
        given()
            .contentType("application/json")
            .header(IdentityToken.HEADER, token() + "x")
            .post("/v1/echo/say")
            .then(),
        401,
        "UNAUTHORIZED",
        "A valid API key is required");
  }

  private ValidatableResponse post(String procedure, String body) {
    return given(caller()).body(body).post("/v1/echo/" + procedure).then();
  }

  private RequestSpecification caller() {
    return given().contentType("application/json").header(IdentityToken.HEADER, token());
  }

  private String token() {
    return tokens.make(new Caller(TENANT, TENANT, Set.of("read", "write")));
  }

  private static ValidatableResponse isError(
      ValidatableResponse response, int status, String code, String message) {
    return response
        .statusCode(status)
        .contentType("application/json")
        .body("json.defined", equalTo(false))
        .body("json.code", equalTo(code))
        .body("json.status", equalTo(status))
        .body("json.message", equalTo(message));
  }
}
