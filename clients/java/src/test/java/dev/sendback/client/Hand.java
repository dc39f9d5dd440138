package dev.sendback.client;

import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Values;
import dev.sendback.v1.CancelReturnRequest;
import dev.sendback.v1.CreateAccessKeyRequest;
import dev.sendback.v1.CreateLabelRequest;
import dev.sendback.v1.CreateReturnRequest;
import dev.sendback.v1.Event;
import dev.sendback.v1.Order;
import dev.sendback.v1.WatchEventsRequest;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Does with this client what the scenarios ask for: a JSON line in, JSON lines out. See tests/clients/hands.py. */
public final class Hand {
  private final Map<String, SendbackClient> clients = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws IOException {
    Hand hand = new Hand();
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      Struct.Builder task = Struct.newBuilder();
      JsonFormat.parser().merge(line, task);
      if (text(task.build(), "do").equals("connect")) {
        hand.answer(task.build()); // what comes next is asked of it
      } else {
        new Thread(() -> hand.answer(task.build())).start();
      }
    }
    System.exit(0);
  }

  private void answer(Struct task) {
    try {
      tell(task, "is", done(task));
    } catch (StatusRuntimeException thrown) {
      tell(task, "refused", told(Refusal.of(thrown)));
    } catch (DocumentBrokenException broken) {
      tell(task, "broken", Values.of(broken.getMessage()));
    } catch (Exception wrong) {
      wrong.printStackTrace();
      tell(task, "wrong", Values.of(wrong.toString()));
    }
  }

  private Value done(Struct task) throws Exception {
    String wanted = text(task, "do");
    if (wanted.equals("connect")) {
      clients.put(text(task, "on"), connected(task));
      return Values.of(true);
    }
    SendbackClient client = clients.get(text(task, "on"));
    switch (wanted) {
      case "createReturn":
        return json(within(client.returns(), task).createReturn(read(task, CreateReturnRequest.newBuilder()).build()));
      case "cancelReturn":
        return json(within(client.returns(), task).cancelReturn(read(task, CancelReturnRequest.newBuilder()).build()));
      case "createLabel":
        return json(within(client.labels(), task).createLabel(read(task, CreateLabelRequest.newBuilder()).build()));
      case "createAccessKey":
        return json(client.merchants().createAccessKey(read(task, CreateAccessKeyRequest.newBuilder()).build()));
      case "importOrders":
        return json(client.importOrders(orders(task)));
      case "saveLabel":
        return Values.of(client.saveLabel(text(task, "parcelId"), Path.of(text(task, "at"))).toString());
      case "watch":
        return watched(client, task);
      case "close":
        client.close();
        return Values.of(true);
      case "money":
        com.google.type.Money money = MinorUnits.money(Long.parseLong(text(task, "minor")), text(task, "currency"));
        return Values.of(money.getUnits() + " " + money.getNanos() + " " + MinorUnits.of(money));
      default:
        throw new IllegalArgumentException("no hand for " + wanted);
    }
  }

  private static SendbackClient connected(Struct task) throws IOException {
    Settings settings = text(task, "roots").isEmpty() ? Settings.plain() : Settings.tls(Path.of(text(task, "roots")));
    settings = settings.withLanguage(text(task, "language")).withActor(text(task, "actor"));
    return SendbackClient.connect(text(task, "target"), text(task, "key"), settings);
  }

  private static <S extends io.grpc.stub.AbstractStub<S>> S within(S stub, Struct task) {
    Value limit = task.getFieldsOrDefault("timeoutMs", Values.of(0));
    long millis = (long) limit.getNumberValue();
    return millis == 0 ? stub : stub.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
  }

  private static List<Order> orders(Struct task) throws IOException {
    List<Order> orders = new ArrayList<>();
    for (Value order : task.getFieldsOrThrow("orders").getListValue().getValuesList()) {
      Order.Builder read = Order.newBuilder();
      JsonFormat.parser().merge(JsonFormat.printer().print(order), read);
      orders.add(read.build());
    }
    return orders;
  }

  /** Events one by one, until there are as many as wanted or no more. */
  private Value watched(SendbackClient client, Struct task) throws IOException {
    long wanted = (long) task.getFieldsOrDefault("count", Values.of(0)).getNumberValue();
    WatchEventsRequest.Builder request = WatchEventsRequest.newBuilder();
    long seen = 0;
    try (Feed<Event> feed = client.watchEvents(read(task, request).build())) {
      for (Event event : feed) {
        tell(task, "event", json(event));
        if (++seen == wanted) {
          break;
        }
      }
    }
    return Values.of(seen);
  }

  private static Value told(Refusal refusal) {
    ListValue.Builder fields = ListValue.newBuilder();
    refusal.fields().forEach(problem -> fields.addValues(Values.of(problem.field())));
    Struct.Builder metadata = Struct.newBuilder();
    refusal.metadata().forEach((name, value) -> metadata.putFields(name, Values.of(value)));
    Duration after = refusal.retryAfter();
    return Values.of(
        Struct.newBuilder()
            .putFields("code", Values.of(refusal.code().name()))
            .putFields("reason", Values.of(refusal.reason()))
            .putFields("message", Values.of(refusal.message()))
            .putFields("metadata", Values.of(metadata.build()))
            .putFields("fields", Value.newBuilder().setListValue(fields).build())
            .putFields("retryAfterMs", Values.of(after == null ? 0 : after.toMillis()))
            .build());
  }

  private static <B extends Message.Builder> B read(Struct task, B builder) throws IOException {
    Value request = task.getFieldsOrDefault("request", Values.of(Struct.getDefaultInstance()));
    JsonFormat.parser().merge(JsonFormat.printer().print(request), builder);
    return builder;
  }

  private static Value json(Message message) throws IOException {
    Struct.Builder read = Struct.newBuilder();
    JsonFormat.parser().merge(JsonFormat.printer().print(message), read);
    return Values.of(read.build());
  }

  private static String text(Struct task, String name) {
    return task.getFieldsOrDefault(name, Values.of("")).getStringValue();
  }

  private static synchronized void tell(Struct task, String what, Value value) {
    Struct line = Struct.newBuilder().putFields("id", task.getFieldsOrThrow("id")).putFields(what, value).build();
    try {
      System.out.println(JsonFormat.printer().omittingInsignificantWhitespace().print(line));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
