package ledger;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.io.IOException;

/** A numbered wish to move money. The amount is in minor units and positive. */
record Transaction(
    String type,
    String account,
    long sequence,
    String hash,
    @JsonFormat(shape = JsonFormat.Shape.STRING) long amount,
    Long orderId) {

  /** Throws an IllegalArgumentException that says what is wrong with the record. */
  static Transaction read(String key, byte[] value) {
    if (key == null) throw new IllegalArgumentException("the record has no key");
    if (value == null) throw new IllegalArgumentException("the record has no value");
    Transaction read;
    try {
      read = Json.MAPPER.readValue(value, Transaction.class);
    } catch (IOException notOurs) {
      throw new IllegalArgumentException("the value is not a transaction");
    }
    if (read == null || read.hash == null || read.sequence < 1 || !read.hasKnownType()) {
      throw new IllegalArgumentException("the value is not a transaction");
    }
    if (!key.equals(read.account)) throw new IllegalArgumentException("the key is not the account");
    if (read.amount <= 0) throw new IllegalArgumentException("the amount is not positive");
    return read;
  }

  private boolean hasKnownType() {
    return isDeposit() || ("payment".equals(type) && orderId != null && orderId > 0);
  }

  boolean isDeposit() {
    return "deposit".equals(type);
  }

  /** Signed: what a balance gains when it is approved. */
  long moves() {
    return isDeposit() ? amount : -amount;
  }
}
