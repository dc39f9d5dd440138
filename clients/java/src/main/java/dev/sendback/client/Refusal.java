package dev.sendback.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.LocalizedMessage;
import com.google.rpc.RetryInfo;
import dev.sendback.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that the service says of a refusal.
 *
 * @param code gRPC's
 * @param reason the name of an {@link ErrorReason}, empty where the service could not be asked; a newer server may send
 *     others
 * @param message in the language of the call
 * @param metadata what the reason is about, by name
 * @param fields what is wrong with the request
 * @param retryAfter where it helps to come again, else null
 */
public record Refusal(
    Status.Code code,
    String reason,
    String message,
    Map<String, String> metadata,
    List<FieldProblem> fields,
    Duration retryAfter) {

  /** What is wrong with a field, such as {@code items[0].quantity}. */
  public record FieldProblem(String field, String description) {}

  /** From what a stub threw. */
  public static Refusal of(Throwable thrown) {
    Metadata trailers = Status.trailersFromThrowable(thrown);
    return of(Status.fromThrowable(thrown), trailers == null ? new Metadata() : trailers);
  }

  /** Says whether the refusal has this reason. */
  public boolean isBecause(ErrorReason wanted) {
    return reason.equals(wanted.name());
  }

  static Refusal of(Status status, Metadata trailers) {
    com.google.rpc.Status said = StatusProto.fromStatusAndTrailers(status, trailers);
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    String message = status.getDescription() == null ? "" : status.getDescription();
    List<FieldProblem> fields = List.of();
    Duration retryAfter = null;
    try {
      for (Any detail : said.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          info = detail.unpack(ErrorInfo.class);
        } else if (detail.is(LocalizedMessage.class)) {
          message = detail.unpack(LocalizedMessage.class).getMessage();
        } else if (detail.is(BadRequest.class)) {
          fields = problems(detail.unpack(BadRequest.class));
        } else if (detail.is(RetryInfo.class)) {
          com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        }
      }
    } catch (InvalidProtocolBufferException garbled) {
      message = status.toString();
    }
    return new Refusal(status.getCode(), info.getReason(), message, info.getMetadataMap(), fields, retryAfter);
  }

  private static List<FieldProblem> problems(BadRequest found) {
    return found.getFieldViolationsList().stream()
        .map(violation -> new FieldProblem(violation.getField(), violation.getDescription()))
        .toList();
  }
}
