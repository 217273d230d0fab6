package ledger;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Answers each transaction once: what comes again is silent, what comes after a gap is dead. */
final class Ledger extends ContextualProcessor<String, byte[], String, Object> {
  static final String BALANCES = "balances";

  private KeyValueStore<String, Balance> balances;

  @Override
  public void init(ProcessorContext<String, Object> context) {
    super.init(context);
    balances = context.getStateStore(BALANCES);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    Transaction transaction;
    try {
      transaction = Transaction.read(record.key(), record.value());
    } catch (IllegalArgumentException undecodable) {
      setAside(record, undecodable.getMessage());
      return;
    }
    var before = balances.get(transaction.account());
    long expected = before == null ? 1 : before.sequence() + 1;
    if (transaction.sequence() < expected) return;
    if (transaction.sequence() > expected) {
      setAside(record, "gap: transaction " + expected + " is missing");
      return;
    }
    decide(record, transaction, before == null ? 0 : before.balance());
  }

  private void decide(Record<String, byte[]> record, Transaction transaction, long balance) {
    boolean covered = transaction.isDeposit() || transaction.amount() <= balance;
    long after = covered ? Math.addExact(balance, transaction.moves()) : balance;
    var state = covered ? "APPROVED" : "REJECTED";
    var reason = covered ? null : "insufficient_funds";
    long source = context().recordMetadata().orElseThrow().offset();

    var row = Balance.after(transaction, state, after, source);
    balances.put(row.account(), row);
    send(record, Sink.BALANCE, row);
    send(record, Sink.JOURNAL, JournalLine.of(transaction, state, reason, after));
    if (transaction.isDeposit()) return;
    send(record, covered ? Sink.APPROVED : Sink.REJECTED, Outcome.of(transaction, covered, reason));
  }

  private void setAside(Record<String, byte[]> record, String reason) {
    var from = context().recordMetadata().orElseThrow();
    send(record, Sink.DEAD, DeadLetter.of(from, record.key(), record.value(), reason));
  }

  private void send(Record<String, byte[]> record, Sink sink, Object value) {
    context().forward(record.withValue(value), sink.name());
  }
}
