package ledger;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** A record that nobody can act on, with why and where it came from; bytes travel as base64. */
record DeadLetter(
    String topic,
    int partition,
    @JsonFormat(shape = JsonFormat.Shape.STRING) long offset,
    String reason,
    byte[] key,
    byte[] value) {

  static DeadLetter of(RecordMetadata from, String key, byte[] value, String reason) {
    var bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new DeadLetter(from.topic(), from.partition(), from.offset(), reason, bytes, value);
  }
}
