package ledger;

import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** One of our records as JSON, both ways. */
final class JsonSerde<T> implements Serde<T> {
  private final Class<T> type;

  JsonSerde(Class<T> type) {
    this.type = type;
  }

  @Override
  public Serializer<T> serializer() {
    return new JsonSerializer<>();
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> {
      if (bytes == null) return null;
      try {
        return Json.MAPPER.readValue(bytes, type);
      } catch (IOException error) {
        throw new SerializationException(error);
      }
    };
  }
}
