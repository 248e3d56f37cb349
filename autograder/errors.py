"""The errors of the engine, as one tree.

    Exception
    ├── UserError                 said in one sentence; then the command stops
    │   ├── CourseError           no course here, or no such assignment
    │   ├── ManifestError         assignment.toml
    │   ├── PlanError             course.toml
    │   ├── StubError             a reference or handout of which no stub can be made
    │   ├── HintError             hints.toml
    │   ├── TimesError            times.toml
    │   ├── BankError             the bank of known submissions
    │   ├── GapsError             gaps.toml, the reasons for what checks do not ask
    │   ├── IntakeError           a path that holds no submissions
    │   ├── DataError             images that cannot be read or fetched
    │   ├── NotInstalledError     a library that the assignment allows
    │   ├── LedgerError           ledger.sqlite
    │   ├── FailingReferenceError a reference without full marks
    │   ├── OutputError           results that cannot be written
    │   ├── DaskError             a cluster that cannot be used
    │   ├── PackageError          a package that cannot be built
    │   └── RecordError           grades that another platform recorded
    ├── GraderFault               the grader's own fault: the submission must not pay for it
    │   └── SandboxError          a layer that does not apply, or something that stays behind
    ├── ChannelError              between a check and the student's code
    │   ├── StudentError          the student's code raised an exception
    │   ├── StudentDied           the student process ended before it answered
    │   ├── Unsendable            a value that may not cross
    │   ├── ProtocolFailure       the student process broke the rules
    │   └── CheckMisuse           a check broke the rules: a fault of the check's author
    ├── Unusable                  carries the problem that keeps one submission from being graded
    ├── WrongAnswer               what `expect` raises (an AssertionError)
    └── NotRun, PrerequisiteFailed, PrerequisiteUnjudged      why a check was not run

Classes that one module raises stand in that module.
"""


class UserError(Exception):
    """Something that a person can mend; the message is one sentence that names it and the remedy."""


class GraderFault(Exception):
    """The grader itself went wrong; the submission must not pay for it."""


class SandboxError(GraderFault):
    """A layer that this machine offers did not apply, or what a student process left cannot be removed."""
