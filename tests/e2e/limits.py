"""How many posts a minute the deployed stack takes from an address."""

import boto3

from tools.running import Stack, aws_environment
from tools.stack import CAPABILITIES, NAME, settle


def set_limit(stack: Stack, limit: int) -> None:
    """Deploy the limit as a parameter of the stack, as `make run RATE_LIMIT_PER_MINUTE=` does; 0 for none."""
    with aws_environment(stack.aws()):
        cloudformation = boto3.client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=NAME)["Stacks"]
        kept = [
            {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
            for parameter in described["Parameters"]
            if parameter["ParameterKey"] != "RateLimitPerMinute"
        ]
        cloudformation.update_stack(
            StackName=NAME,
            UsePreviousTemplate=True,
            Parameters=[*kept, {"ParameterKey": "RateLimitPerMinute", "ParameterValue": str(limit)}],
            Capabilities=CAPABILITIES,
        )
        settle(NAME)
