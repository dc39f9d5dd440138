package dev.sendback.client;

import dev.sendback.v1.CarrierServiceGrpc;
import dev.sendback.v1.CreditServiceGrpc;
import dev.sendback.v1.DocumentChunk;
import dev.sendback.v1.Event;
import dev.sendback.v1.EventServiceGrpc;
import dev.sendback.v1.GetLabelDocumentRequest;
import dev.sendback.v1.ImportOrdersRequest;
import dev.sendback.v1.ImportOrdersResponse;
import dev.sendback.v1.LabelDocument;
import dev.sendback.v1.LabelServiceGrpc;
import dev.sendback.v1.MerchantServiceGrpc;
import dev.sendback.v1.MessageServiceGrpc;
import dev.sendback.v1.Order;
import dev.sendback.v1.OrderServiceGrpc;
import dev.sendback.v1.PortalServiceGrpc;
import dev.sendback.v1.PortalWatchReturnRequest;
import dev.sendback.v1.Return;
import dev.sendback.v1.ReturnsServiceGrpc;
import dev.sendback.v1.WatchEventsRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The services of sendback.v1. Made once and used by many threads; closed when done.
 *
 * <p>The stubs throw {@link io.grpc.StatusRuntimeException}; {@link Refusal#of} tells all that the service says of it.
 */
public final class SendbackClient implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 4 << 20;

  private final ManagedChannel connection;
  private final Channel channel;

  private SendbackClient(ManagedChannel connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  /** For {@code host:port}, with an access key, {@code sbk_…}; on a plain line. */
  public static SendbackClient connect(String target, String key) {
    return connect(target, key, Settings.plain());
  }

  /** Nothing is sent before the first call. */
  public static SendbackClient connect(String target, String key, Settings settings) {
    return connect(target, () -> key, settings);
  }

  /** With what gives the token that is to be shown now, for those that expire. */
  public static SendbackClient connect(String target, Supplier<String> key, Settings settings) {
    ManagedChannel connection =
        Grpc.newChannelBuilder(target, settings.credentials())
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .keepAliveTime(60, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .disableRetry()
            .build();
    return new SendbackClient(
        connection, ClientInterceptors.intercept(connection, new Manner(connection, key, settings)));
  }

  public PortalServiceGrpc.PortalServiceBlockingStub portal() {
    return PortalServiceGrpc.newBlockingStub(channel);
  }

  public ReturnsServiceGrpc.ReturnsServiceBlockingStub returns() {
    return ReturnsServiceGrpc.newBlockingStub(channel);
  }

  public LabelServiceGrpc.LabelServiceBlockingStub labels() {
    return LabelServiceGrpc.newBlockingStub(channel);
  }

  public OrderServiceGrpc.OrderServiceBlockingStub orders() {
    return OrderServiceGrpc.newBlockingStub(channel);
  }

  public MerchantServiceGrpc.MerchantServiceBlockingStub merchants() {
    return MerchantServiceGrpc.newBlockingStub(channel);
  }

  public MessageServiceGrpc.MessageServiceBlockingStub messages() {
    return MessageServiceGrpc.newBlockingStub(channel);
  }

  public CarrierServiceGrpc.CarrierServiceBlockingStub carriers() {
    return CarrierServiceGrpc.newBlockingStub(channel);
  }

  public EventServiceGrpc.EventServiceBlockingStub events() {
    return EventServiceGrpc.newBlockingStub(channel);
  }

  public CreditServiceGrpc.CreditServiceBlockingStub credit() {
    return CreditServiceGrpc.newBlockingStub(channel);
  }

  /** For stubs of other kinds, such as {@code ReturnsServiceGrpc.newFutureStub(client.channel())}. */
  public Channel channel() {
    return channel;
  }

  /** Saves a label at a path or in a folder, and answers where it is. It is checked first. */
  public Path saveLabel(String parcelId, Path at) throws IOException {
    return saved(parcelId, LabelDocument.Kind.LABEL, at, "label-" + parcelId);
  }

  /** Saves the code that is shown where nothing can be printed, as {@link #saveLabel} does. */
  public Path saveQr(String parcelId, Path at) throws IOException {
    return saved(parcelId, LabelDocument.Kind.QR, at, "qr-" + parcelId);
  }

  private Path saved(String parcelId, LabelDocument.Kind document, Path at, String name) throws IOException {
    GetLabelDocumentRequest request =
        GetLabelDocumentRequest.newBuilder().setParcelId(parcelId).setDocument(document).build();
    return saveDocument(labels().getLabelDocument(request), at, name);
  }

  /**
   * Saves what a call streams, such as {@code returns().exportReturns(…)}, at a path, or in a folder under this name:
   * whole, or not at all. Any size passes through little memory.
   *
   * @throws DocumentBrokenException where what came is not what was promised
   */
  public Path saveDocument(Iterator<DocumentChunk> pieces, Path at, String name) throws IOException {
    return Papers.saved(pieces, at, name);
  }

  /** Sends orders in a stream; the answer says which were rejected, and why. */
  public ImportOrdersResponse importOrders(Iterable<Order> orders) throws InterruptedException {
    return Intake.sent(
        OrderServiceGrpc.newStub(channel)::importOrders,
        orders,
        order -> ImportOrdersRequest.newBuilder().setOrder(order).build());
  }

  /**
   * Events behind the request's resume token, without gap or repetition, also when the line breaks in between. Ends where
   * the request says {@code stop_at_end}, and when it or this client is closed.
   */
  public Feed<Event> watchEvents(WatchEventsRequest request) {
    WatchEventsRequest.Builder next = request.toBuilder();
    return new Feed<>(
        () -> events().watchEvents(next.build()),
        event -> next.setResumeToken(event.getResumeToken()),
        connection);
  }

  /** A buyer's return now, and whenever it changes. */
  public Feed<Return> watchReturn(String sessionToken, String returnId) {
    PortalWatchReturnRequest request =
        PortalWatchReturnRequest.newBuilder().setSessionToken(sessionToken).setReturnId(returnId).build();
    return new Feed<>(() -> portal().watchReturn(request), found -> {}, connection);
  }

  /** Ends the connection and whatever still runs on it. */
  @Override
  public void close() {
    connection.shutdownNow();
  }
}
