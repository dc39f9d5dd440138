package dev.sendback.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a client calls.
 *
 * @param credentials of the line
 * @param timeout for calls that name no deadline of their own; streams have none
 * @param language what people read is answered in it, such as {@code de}
 * @param actor the person for whom this program acts, for the audit trail
 */
public record Settings(ChannelCredentials credentials, Duration timeout, String language, String actor) {

  /** Not encrypted. */
  public static Settings plain() {
    return new Settings(InsecureChannelCredentials.create(), Duration.ofSeconds(10), "", "");
  }

  /** Encrypted; the server must be known to the system's root certificates. */
  public static Settings tls() {
    return plain().withCredentials(TlsChannelCredentials.create());
  }

  /** Encrypted; the server must be known to the root certificates in this PEM file. */
  public static Settings tls(Path roots) throws IOException {
    return plain().withCredentials(TlsChannelCredentials.newBuilder().trustManager(roots.toFile()).build());
  }

  public Settings withCredentials(ChannelCredentials changed) {
    return new Settings(changed, timeout, language, actor);
  }

  public Settings withTimeout(Duration changed) {
    return new Settings(credentials, changed, language, actor);
  }

  public Settings withLanguage(String changed) {
    return new Settings(credentials, timeout, changed, actor);
  }

  public Settings withActor(String changed) {
    return new Settings(credentials, timeout, language, changed);
  }
}
