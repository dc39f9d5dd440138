package dev.sendback.client;

import java.io.IOException;

/** What came is not what was promised; nothing was saved. */
public final class DocumentBrokenException extends IOException {
  private static final long serialVersionUID = 1L;

  DocumentBrokenException(String message) {
    super(message);
  }
}
