package dev.sendback.client;

import dev.sendback.v1.DocumentChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;

/** Documents: pieces put together, checked against what was promised, and saved whole or not at all. */
final class Papers {
  private static final Map<String, String> SUFFIXES =
      Map.of(
          "application/pdf", ".pdf",
          "image/png", ".png",
          "application/zpl", ".zpl",
          "application/json", ".json",
          "text/csv", ".csv");

  private Papers() {}

  static Path saved(Iterator<DocumentChunk> pieces, Path at, String name) throws IOException {
    boolean inFolder = Files.isDirectory(at);
    Path aside = (inFolder ? at : at.toAbsolutePath().getParent()).resolve("." + UUID.randomUUID() + ".part");
    try {
      String mediaType;
      try (OutputStream file = Files.newOutputStream(aside, StandardOpenOption.CREATE_NEW)) {
        mediaType = written(pieces, file);
      }
      Path target = inFolder ? at.resolve(name + SUFFIXES.getOrDefault(mediaType.split(";")[0], ".bin")) : at;
      return Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /**
   * Answers the media type, once all that was promised has come. The checksum stands in the first piece, or in the last
   * where the size was not known beforehand.
   */
  private static String written(Iterator<DocumentChunk> pieces, OutputStream file) throws IOException {
    DocumentChunk first = null;
    DocumentChunk last = DocumentChunk.getDefaultInstance();
    MessageDigest sum = sha256();
    long size = 0;
    while (pieces.hasNext()) {
      last = pieces.next();
      first = first == null ? last : first;
      byte[] data = last.getData().toByteArray();
      size += data.length;
      sum.update(data);
      file.write(data);
    }
    if (first == null || (first.getSize() != 0 && first.getSize() != size)) {
      throw new DocumentBrokenException("the document came only in part");
    }
    String promised = first.getSha256().isEmpty() ? last.getSha256() : first.getSha256();
    if (!promised.equals(HexFormat.of().formatHex(sum.digest()))) {
      throw new DocumentBrokenException("the document's checksum is wrong, or did not come");
    }
    return first.getMediaType();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
