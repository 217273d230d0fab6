package ledger;

import static com.fasterxml.jackson.annotation.JsonFormat.Shape.STRING;

import com.fasterxml.jackson.annotation.JsonFormat;

/** A transaction, what became of it, and the balance after it. */
record JournalLine(
    String type,
    String account,
    long sequence,
    String hash,
    @JsonFormat(shape = STRING) long amount,
    Long orderId,
    String state,
    String reason,
    @JsonFormat(shape = STRING) long balance) {

  static JournalLine of(Transaction transaction, String state, String reason, long balance) {
    return new JournalLine(
        transaction.type(),
        transaction.account(),
        transaction.sequence(),
        transaction.hash(),
        transaction.amount(),
        transaction.isDeposit() ? null : transaction.orderId(),
        state,
        reason,
        balance);
  }
}
