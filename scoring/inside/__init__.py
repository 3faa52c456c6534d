"""What runs beside untrusted code: the warm server, and the processes that it forks for a run.

These modules import the standard library, pytest and coverage, and nothing else of ours: inside
the sandbox there is nothing else. Whoever reads what they tell (`scoring.runner`) believes only
what is sealed.

    server      imports pytest once, forks a process a run, cleans up behind it
    watch       reads what a run says, and ends it at its bounds
    processes   who is below the server, and how they end
    sweep       removes folders that somebody filled who may have wanted them to stay
    candidate   a run of a candidate's tests, on whatever version of the source
    examination a run of the author's tests on a candidate's source, guarded
    guard       refuses to show the examiner, and tells who asked
    texts       refuses code made of texts while coverage is measured
    ways        closes ways to a frame of which no guard hears
    inventory   notices when functions of pytest or the builtins are replaced
    equality    `==` in an author's test, in which a submission has no say
    memory      tests and source as modules that never were files
    session     what every run does before its tests
    recorder    tells the outcome of each test
    own         `worksample test`: a candidate's tests where the candidate works
"""
