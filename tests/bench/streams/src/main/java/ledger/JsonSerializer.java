package ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/** Any of our records as JSON. */
final class JsonSerializer<T> implements Serializer<T> {
  @Override
  public byte[] serialize(String topic, T value) {
    if (value == null) return null;
    try {
      return Json.MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException error) {
      throw new SerializationException(error);
    }
  }
}
