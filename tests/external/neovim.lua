-- Neovim as a client of `rekognition-iam lsp`, started by neovim.py. Prints one JSON object for each step.

local command, root = vim.env.REKOGNITION_IAM, vim.env.WORKSPACE
local exit

local function say(step, value)
  io.stdout:write(vim.fn.json_encode({ step = step, value = value }), "\n")
end

local function wait(what, passes)
  if not vim.wait(30000, passes, 20) then
    io.stderr:write("timed out: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local client = vim.lsp.start_client({
  name = "rekognition-iam",
  cmd = { command, "lsp" },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = "test" } },
  on_exit = function(code) exit = code end,
})

local function open(name)
  vim.cmd("edit " .. vim.fn.fnameescape(root .. "/" .. name))
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  return buffer
end

local function codes(buffer)
  local out = {}
  for _, found in ipairs(vim.diagnostic.get(buffer)) do
    local code = found.code or (found.user_data and found.user_data.lsp.code) or "note"
    table.insert(out, string.format("%s %d:%d", code, found.lnum, found.col))
  end
  return out
end

-- Places the cursor on a text.
local function to(text)
  vim.fn.cursor(1, 1)
  if vim.fn.search("\\V" .. text, "c") == 0 then
    io.stderr:write("not found: " .. text .. "\n")
    vim.cmd("cquit 1")
  end
end

local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
    end
  end
end

for _, name in ipairs({ "a.json", "stack.yaml", "main.tf" }) do
  local buffer = open(name)
  wait("diagnostics of " .. name, function() return #vim.diagnostic.get(buffer) > 0 end)
  say("diagnostics " .. name, codes(buffer))

  to("DetectLabel")
  vim.ui.select = function(items, _, choose) choose(items[1], 1) end
  vim.lsp.buf.code_action()
  wait("the quick fix of " .. name, function() return vim.fn.search("DetectLabels", "n") > 0 end)
  wait("no such finding in " .. name, function()
    return not table.concat(codes(buffer), " "):find("INVALID_ACTION")
  end)
  say("fixed " .. name, vim.api.nvim_buf_get_lines(buffer, 0, -1, false))

  to("DetectLabels")
  vim.lsp.buf.hover()
  wait("hover in " .. name, floating)
  say("hover " .. name, floating())
  vim.cmd("only")

  -- While someone types.
  vim.cmd("silent! %s/DetectLabels.*$/Inde/")
  to("Inde")
  vim.fn.cursor(vim.fn.line("."), vim.fn.col(".") + 4)
  local params = vim.lsp.util.make_position_params(0, "utf-16")
  params.position.character = vim.fn.col(".")
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/completion", params, 30000)
  local labels = {}
  for _, answer in pairs(answers or {}) do
    for _, item in ipairs(answer.result.items or {}) do
      table.insert(labels, item.label)
    end
  end
  say("completion " .. name, labels)
  vim.cmd("undo")
end

vim.lsp.stop_client(client)
wait("the end of the server", function() return exit ~= nil end)
say("exit", exit)
vim.cmd("qall!")
