"""What the official client in Python has to see of an agent's door: it lists, calls, is refused, repairs its call by what the refusal says,
and reads. Arguments: the era, `auto` or `legacy`, and then an address, or the program with its arguments."""

import asyncio
import json
import re
import sys

from mcp import Client, StdioServerParameters

CAHN = {
    "currency_code": "USD",
    "accelerator_revenue": 150000000000,
    "accelerator_revenue_period": "year",
    "accelerator_cost_share": 0.5,
    "end_user_gross_margin": "0.5",
}


def repaired(arguments, refusal):
    """Nothing but the pattern: what stands behind `write "` belongs into the place at the beginning of the line."""
    fixes = re.findall(r'^(\w+): .*write "([^"]*)"', refusal, re.MULTILINE)
    assert fixes, refusal
    return {**arguments, **dict(fixes)}


async def main(era, *target):
    server = target[0] if target[0].startswith("http") else StdioServerParameters(command=target[0], args=list(target[1:]))
    async with Client(server, mode=era) as client:
        expected = "2026-07-28" if era == "auto" else "2025-11-25"
        assert client.protocol_version == expected, client.protocol_version
        assert client.server_info.name == "paydirt", client.server_info
        assert "options.explain" in client.instructions, client.instructions

        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) > 15, tools.keys()
        assert all(tool.annotations.read_only_hint for tool in tools.values())
        assert tools["runway"].description.endswith("?"), tools["runway"]

        refused = await client.call_tool("required_revenue", CAHN)
        assert refused.is_error, refused
        answer = await client.call_tool("required_revenue", repaired(CAHN, refused.content[0].text))
        assert not answer.is_error, answer
        assert answer.structured_content["required_revenue"] == "600000000000", answer
        assert json.loads(answer.content[0].text) == answer.structured_content, answer

        several = await asyncio.gather(*(client.call_tool("price_change", {"start_price": "100", "end_price": str(price)}) for price in range(1, 40)))
        assert all(one.structured_content or one.is_error for one in several), several

        presets = json.loads((await client.read_resource("paydirt://presets")).contents[0].text)
        preset = json.loads((await client.read_resource(f"paydirt://presets/{presets[0]['name']}")).contents[0].text)
        again = await client.call_tool(presets[0]["tool"], preset["calculation"][presets[0]["tool"]])
        assert not again.is_error, again
        uris = [str(resource.uri) for resource in (await client.list_resources()).resources]
        assert uris == ["paydirt://presets", "paydirt://errors"], uris
        assert (await client.list_resource_templates()).resource_templates

        prompt = await client.get_prompt((await client.list_prompts()).prompts[0].name, {"claim": "the cash lasts 18 months"})
        assert "the cash lasts 18 months" in prompt.messages[0].content.text, prompt
        for wrong in (client.call_tool("runwy", {}), client.read_resource("paydirt://nothing"), client.get_prompt("nothing", {})):
            try:
                await wrong
            except Exception as error:
                assert "there is" in str(error), error
            else:
                raise AssertionError("what is not there is answered")


asyncio.run(main(*sys.argv[1:]))
print("as it should be")
