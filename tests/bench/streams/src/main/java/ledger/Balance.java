package ledger;

import static com.fasterxml.jackson.annotation.JsonFormat.Shape.STRING;

import com.fasterxml.jackson.annotation.JsonFormat;

/** An account after its first transactions. Amounts are in minor units, signed. */
record Balance(
    String account,
    long sequence,
    @JsonFormat(shape = STRING) long balance,
    @JsonFormat(shape = STRING) long lastAmount,
    String lastHash,
    Long lastOrderId,
    String lastTransactionState,
    @JsonFormat(shape = STRING) long source) {

  static Balance after(Transaction transaction, String state, long balance, long source) {
    return new Balance(
        transaction.account(),
        transaction.sequence(),
        balance,
        transaction.moves(),
        transaction.hash(),
        transaction.isDeposit() ? null : transaction.orderId(),
        state,
        source);
  }
}
