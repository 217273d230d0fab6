import type { Reply } from '../world/network.ts'
import type { Event } from '../world/queue.ts'
import { protocolFailure } from './errors.ts'

export type JoinRequest = {
  groupId: string
  memberId: string
  sessionTimeout: number
  rebalanceTimeout: number
}
export type Joined = {
  generationId: number
  leaderId: string
  memberId: string
  members: { memberId: string; memberMetadata: Buffer }[]
  groupProtocol: string
}
export type SyncRequest = {
  groupId: string
  memberId: string
  generationId: number
  groupAssignment: { memberId: string; memberAssignment: Buffer }[]
}
export type MemberRequest = { groupId: string; memberId: string; groupGenerationId: number }

export type MembershipOptions = {
  now: () => number
  after: (ms: number, run: () => void) => Event
  newMemberId: () => string
}

type Member = {
  id: string
  clientId: string
  sessionTimeout: number
  rebalanceTimeout: number
  seenAt: number
  join: Reply<Joined> | undefined
  sync: Reply<{ memberAssignment: Buffer }> | undefined
  assignment: Buffer
}

type State = 'empty' | 'preparing' | 'completing' | 'stable'

/** The membership part of the group coordinator, for one group. */
export class Membership {
  private readonly options: MembershipOptions
  private readonly byId = new Map<string, Member>()
  private state: State = 'empty'
  private generation = 0
  private leader: string | undefined
  private deadline: Event | undefined

  constructor(options: MembershipOptions) {
    this.options = options
  }

  /** `clientId` is what the client calls itself. */
  join(request: JoinRequest, clientId: string, reply: Reply<Joined>): void {
    const { memberId } = request
    const known = this.byId.get(memberId)
    if (memberId !== '' && known === undefined) return reply.fail(UNKNOWN())
    const member = known ?? this.admit(request, clientId)
    member.seenAt = this.options.now()
    // Who asks again learns what is so; only a leader, or a newcomer, moves the group.
    if (known !== undefined && this.state === 'stable' && member.id !== this.leader) {
      return reply.ok(this.answerTo(member))
    }
    member.join = reply
    if (this.state === 'preparing') this.completeIfAllAreThere()
    else this.prepare()
  }

  private admit({ sessionTimeout, rebalanceTimeout }: JoinRequest, clientId: string): Member {
    const { now, after, newMemberId } = this.options
    const member: Member = {
      id: newMemberId(),
      clientId,
      sessionTimeout,
      rebalanceTimeout,
      seenAt: now(),
      join: undefined,
      sync: undefined,
      assignment: NOTHING,
    }
    this.byId.set(member.id, member)
    after(sessionTimeout, () => this.expireIfSilent(member))
    return member
  }

  private expireIfSilent(member: Member): void {
    if (this.byId.get(member.id) !== member) return
    const { now, after } = this.options
    const left = member.seenAt + member.sessionTimeout - now()
    // One that waits for the others is not silent.
    if (member.join !== undefined || left > 0) {
      after(Math.max(left, 100), () => this.expireIfSilent(member))
    } else {
      this.leave(member.id)
    }
  }

  leave(memberId: string): void {
    const member = this.byId.get(memberId)
    if (member === undefined) return
    member.sync?.fail(UNKNOWN())
    this.byId.delete(memberId)
    if (this.leader === memberId) this.leader = undefined
    if (this.state === 'preparing') this.completeIfAllAreThere()
    else this.prepare()
  }

  /** As if somebody had joined and left. */
  rebalance(): void {
    if (this.byId.size > 0) this.prepare()
  }

  private prepare(): void {
    this.state = 'preparing'
    const members = [...this.byId.values()]
    for (const member of members) {
      member.sync?.fail(protocolFailure('REBALANCE_IN_PROGRESS'))
      member.sync = undefined
    }
    if (this.deadline !== undefined) this.deadline.isCancelled = true
    const patience = Math.max(0, ...members.map(({ rebalanceTimeout }) => rebalanceTimeout))
    this.deadline = this.options.after(patience, () => this.complete())
    this.completeIfAllAreThere()
  }

  private completeIfAllAreThere(): void {
    if ([...this.byId.values()].every((member) => member.join !== undefined)) this.complete()
  }

  private complete(): void {
    if (this.deadline !== undefined) this.deadline.isCancelled = true
    for (const member of this.byId.values()) {
      if (member.join === undefined) this.byId.delete(member.id)
    }
    this.generation += 1
    if (this.byId.size === 0) {
      this.state = 'empty'
      this.leader = undefined
      return
    }
    this.state = 'completing'
    if (this.leader === undefined || !this.byId.has(this.leader)) {
      this.leader = [...this.byId.keys()][0]
    }
    for (const member of this.byId.values()) {
      const { join: waiting } = member
      member.join = undefined
      member.assignment = NOTHING
      member.seenAt = this.options.now()
      waiting?.ok(this.answerTo(member))
    }
  }

  private answerTo({ id }: Member): Joined {
    const all = [...this.byId.keys()].map((memberId) => ({ memberId, memberMetadata: NOTHING }))
    return {
      generationId: this.generation,
      leaderId: this.leader ?? '',
      memberId: id,
      members: id === this.leader ? all : [],
      groupProtocol: 'RoundRobinAssigner',
    }
  }

  sync(request: SyncRequest, reply: Reply<{ memberAssignment: Buffer }>): void {
    const { memberId, generationId, groupAssignment } = request
    const member = this.byId.get(memberId)
    if (member === undefined) return reply.fail(UNKNOWN())
    if (generationId !== this.generation) return reply.fail(protocolFailure('ILLEGAL_GENERATION'))
    if (this.state === 'preparing') return reply.fail(protocolFailure('REBALANCE_IN_PROGRESS'))
    member.seenAt = this.options.now()
    if (this.state === 'stable') return reply.ok({ memberAssignment: member.assignment })
    member.sync = reply
    if (memberId !== this.leader) return
    for (const { memberId: assignee, memberAssignment } of groupAssignment) {
      const assigned = this.byId.get(assignee)
      if (assigned !== undefined) assigned.assignment = memberAssignment
    }
    this.state = 'stable'
    for (const each of this.byId.values()) {
      each.sync?.ok({ memberAssignment: each.assignment })
      each.sync = undefined
    }
  }

  /** The name of an error, or undefined. */
  heartbeat(request: MemberRequest): string | undefined {
    const problem = this.problemOf(request)
    if (problem !== undefined) return problem
    return this.state === 'preparing' ? 'REBALANCE_IN_PROGRESS' : undefined
  }

  /** Whether this member may commit offsets. */
  mayCommit(request: MemberRequest): string | undefined {
    if (request.groupGenerationId < 0 && this.byId.size === 0) return undefined
    const problem = this.problemOf(request)
    if (problem !== undefined) return problem
    return this.state === 'completing' ? 'REBALANCE_IN_PROGRESS' : undefined
  }

  private problemOf({ memberId, groupGenerationId }: MemberRequest): string | undefined {
    const member = this.byId.get(memberId)
    if (member === undefined) return 'UNKNOWN_MEMBER_ID'
    if (groupGenerationId !== this.generation) return 'ILLEGAL_GENERATION'
    member.seenAt = this.options.now()
    return undefined
  }

  members(): { memberId: string; clientId: string }[] {
    return [...this.byId.values()].map(({ id, clientId }) => ({ memberId: id, clientId }))
  }
}

const UNKNOWN = () => protocolFailure('UNKNOWN_MEMBER_ID')
const NOTHING = Buffer.alloc(0)
