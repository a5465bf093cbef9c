from hypothesis import HealthCheck, settings

# How long an example takes is a matter of the machine, and no test's business.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
